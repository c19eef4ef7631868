import { readFileSync } from 'node:fs';
import { buildSchema, parse, print, TypeInfo, visit, visitWithTypeInfo, type FieldNode } from 'graphql';
import type { Fetch } from '../../src/client/index.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

/** A way to a server that may be older than the client: it is asked only for what it knows. */
export function knownFieldsOnly(fetch: Fetch): Fetch {
  if (schema.getType('MessageDraft') !== undefined) return fetch;
  return (url, init) => {
    if (typeof init.body !== 'string') throw new TypeError('The client sends text.');
    const { query, variables } = JSON.parse(init.body);
    return fetch(url, { ...init, body: JSON.stringify({ query: known(query), variables }) });
  };
}

function known(query: string): string {
  const typeInfo = new TypeInfo(schema);
  return print(
    visit(
      parse(query),
      visitWithTypeInfo(typeInfo, {
        Field(node) {
          if (typeInfo.getFieldDef() !== undefined && typeInfo.getFieldDef() !== null) return undefined;
          return typeInfo.getParentType()?.name === 'Session' && node.name.value === 'drafts'
            ? NO_DRAFTS
            : null;
        },
        InlineFragment({ typeCondition }) {
          return schema.getType(typeCondition?.name.value ?? '') === undefined ? null : undefined;
        },
      }),
    ),
  );
}

/** A list that is always empty. */
const NO_DRAFTS = fieldOf('{ session { drafts: agentInputs(limit: 0) } }');

function fieldOf(query: string): FieldNode {
  let found: FieldNode | undefined;
  visit(parse(query), { Field: (node) => void (found = node) });
  if (found === undefined) throw new TypeError('There is no field.');
  return found;
}
