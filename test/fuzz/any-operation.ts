import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';
import { anyValue, literal } from './any-value.ts';
import type { Choices } from './choices.ts';
import type { Names } from './names.ts';

export interface AnyOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const DEEPEST = 6;
const HOSTILE_NAMES = ['then', '__proto__', 'toJSON', 'constructor', 'length'];
const CONDITIONS = ['@include(if: true)', '@skip(if: true)', '@include(if: 1)', '@nothing', '@skip'];

/** An operation that the schema nearly allows. */
export function anyOperation(choices: Choices, names: Names): AnyOperation {
  return new Operation(choices, names).written();
}

class Operation {
  readonly #choices: Choices;
  readonly #names: Names;
  #named = 0;
  readonly #fragments: string[] = [];
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};

  constructor(choices: Choices, names: Names) {
    this.#choices = choices;
    this.#names = names;
  }

  written(): AnyOperation {
    const choices = this.#choices;
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const root = choices.of(roots.filter((type) => type !== null && type !== undefined));
    const selection = this.#selection(root, 1);
    const declared = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    const text = [`${root.name.toLowerCase()} Q${declared} ${selection}`, ...this.#fragments].join(' ');
    return { query: choices.once(15) ? choices.damaged(text) : text, variables: this.#variables };
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const choices = this.#choices;
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const shown = fields.filter((field) => depth < DEEPEST || !isCompositeType(getNamedType(field.type)));
    const parts = [choices.once(4) ? '__typename' : '', choices.once(150) ? 'unknown' : ''];
    if (shown.length > 0) {
      for (let count = 1 + choices.upTo(2); count > 0; count--)
        parts.push(this.#field(choices.of(shown), depth));
    }
    if (isAbstractType(type)) {
      const one = choices.of(schema.getPossibleTypes(type));
      parts.push(`... on ${one.name}${this.#condition()} ${this.#selection(one, depth)}`);
    }
    const selected = parts.filter((part) => part !== '').join(' ');
    if (selected === '') return '{ __typename }';
    return choices.once(12) ? this.#inFragment(type, selected) : `{ ${selected} }`;
  }

  #inFragment({ name }: GraphQLCompositeType, selected: string): string {
    const fragment = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${fragment} on ${name} { ${selected} }`);
    return `{ ...${fragment}${this.#condition()} }`;
  }

  #field({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    const choices = this.#choices;
    const given = args.filter((argument) => isNonNullType(argument.type) || choices.once(2));
    const written = given.map((argument) => `${argument.name}: ${this.#value(argument.type, argument.name)}`);
    const named = getNamedType(type);
    return [
      this.#alias(args.length > 0),
      name,
      written.length === 0 ? '' : `(${written.join(', ')})`,
      this.#condition(),
      isCompositeType(named) ? ` ${this.#selection(named, depth + 1)}` : '',
    ].join('');
  }

  /** Of their own where arguments would make two of one name differ, and sometimes one that means something to JavaScript. */
  #alias(hasArguments: boolean): string {
    if (this.#choices.once(20)) return `${this.#choices.of(HOSTILE_NAMES)}: `;
    return hasArguments ? `f${this.#named++}: ` : '';
  }

  #value(type: GraphQLInputType, name: string): string {
    const value = anyValue(this.#choices, type, name, this.#names);
    if (this.#choices.once(2)) return literal(value, type);
    const variable = `v${this.#declared.length}`;
    this.#declared.push(`$${variable}: ${String(type)}`);
    if (!this.#choices.once(20)) this.#variables[variable] = value;
    return `$${variable}`;
  }

  #condition(): string {
    return this.#choices.once(60) ? ` ${this.#choices.of(CONDITIONS)}` : '';
  }
}
