import {
  defaultFieldResolver,
  getArgumentValues,
  isNonNullType,
  locatedError,
  OperationTypeNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type GraphQLFieldResolver,
  type ResponsePath,
} from 'graphql';
import { argumentsOf } from './coercion.ts';
import { completionOf } from './completion.ts';
import { completed, failed, isPromise, Run, type Place, type Slot } from './run.ts';
import { selectedFields, type Selections } from './selection.ts';

/** A field that is selected of objects of one type. */
interface PlannedField {
  readonly key: string;
  readonly execute: (run: Run, source: unknown, prev: Place) => unknown;
}

/**
 * An operation whose selections, resolvers and arguments are looked up once, and not for each value of each execution:
 * what is found is kept. It answers what GraphQL's own `execute` does, of operations without directives.
 */
export class Plan implements Selections {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #operation: OperationDefinitionNode;
  readonly #type: GraphQLObjectType;
  #fields: readonly PlannedField[] | undefined;

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    operation: OperationDefinitionNode,
    type: GraphQLObjectType,
  ) {
    this.schema = schema;
    this.fragments = fragments;
    this.#operation = operation;
    this.#type = type;
  }

  /** @param variables As `getVariableValues` made them. */
  execute(
    root: unknown,
    context: unknown,
    variables: Readonly<Record<string, unknown>>,
  ): ExecutionResult | Promise<ExecutionResult> {
    const run = new Run(root, context, variables);
    const failedWhole = (error: unknown): ExecutionResult => {
      run.fail(locatedError(error, undefined), undefined);
      return { errors: run.errors, data: null };
    };
    try {
      this.#fields ??= this.#planned(this.#type, [this.#operation]);
      const isSerial = this.#operation.operation === OperationTypeNode.MUTATION;
      const data = (isSerial ? inSeries : atOnce)(this.#fields, run, root, undefined);
      return isPromise(data) ? data.then((done) => resultOf(run, done), failedWhole) : resultOf(run, data);
    } catch (error) {
      return failedWhole(error);
    }
  }

  #planned(
    type: GraphQLObjectType,
    parents: readonly Pick<FieldNode, 'selectionSet'>[],
  ): readonly PlannedField[] {
    const sets = parents.flatMap(({ selectionSet }) => selectionSet ?? []);
    return [...selectedFields(this, type, sets)].flatMap(([key, nodes]) => {
      const [node] = nodes;
      if (node?.name.value === '__typename') return { key, execute: () => type.name };
      const field = type.getFields()[node?.name.value ?? ''];
      return node === undefined || field === undefined
        ? []
        : this.#plannedField(type, key, field, node, nodes);
    });
  }

  #plannedField(
    parentType: GraphQLObjectType,
    key: string,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    nodes: readonly FieldNode[],
  ): PlannedField {
    const resolve = resolverOf(field);
    const info = (run: Run, path: ResponsePath): GraphQLResolveInfo => ({
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType,
      path,
      schema: this.schema,
      fragments: Object.fromEntries(this.fragments),
      rootValue: run.root,
      operation: this.#operation,
      variableValues: { ...run.variables },
    });
    const fields = new Map<GraphQLObjectType, readonly PlannedField[]>();
    const slot: Slot = {
      nodes,
      isNonNull: isNonNullType(field.type),
      complete: completionOf(
        {
          nodes,
          name: `${parentType.name}.${field.name}`,
          typeNamed: (name) => this.schema.getType(name),
          isPossible: (abstract, actual) => this.schema.isSubType(abstract, actual),
          info,
          object: (type, run, value, place) => {
            let selected = fields.get(type);
            if (selected === undefined) fields.set(type, (selected = this.#planned(type, nodes)));
            return atOnce(selected, run, value, place);
          },
        },
        field.type,
      ),
    };
    const known = argumentsOf(field, node);
    return {
      key,
      execute(run, source, prev) {
        const place = { prev, key, typename: parentType.name };
        let value: unknown;
        try {
          const args = known?.(run.variables) ?? getArgumentValues(field, node, run.variables);
          value = isUninformed(resolve)
            ? resolve(source, args, run.context)
            : resolve(source, args, run.context, info(run, place));
        } catch (error) {
          return failed(run, slot, error, place);
        }
        return completed(run, slot, value, place);
      },
    };
  }
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** What takes fewer than four parameters does not ask where it is. */
function isUninformed(resolve: Resolver): resolve is (...given: [unknown, object, unknown]) => unknown {
  return resolve.length < 4;
}

function resolverOf({ name, resolve = defaultFieldResolver }: GraphQLField<unknown, unknown>): Resolver {
  if (resolve !== defaultFieldResolver) return resolve;
  return (source: unknown, args: unknown, context: unknown) => {
    if (typeof source !== 'object' || source === null) return undefined;
    const value: unknown = Reflect.get(source, name);
    if (typeof value !== 'function') return value;
    const called: unknown = value.call(source, args, context);
    return called;
  };
}

function atOnce(fields: readonly PlannedField[], run: Run, source: unknown, place: Place): unknown {
  const answer: Record<string, unknown> = {};
  let isPending = false;
  try {
    for (const { key, execute } of fields) {
      const value = execute(run, source, place);
      isPending ||= isPromise(value);
      answer[key] = value;
    }
  } catch (error) {
    if (!isPending) throw error;
    // What the others promised may fail too, and has to be heard.
    return settled(answer).finally(() => {
      throw error;
    });
  }
  return isPending ? settled(answer) : answer;
}

async function settled(answer: Record<string, unknown>): Promise<unknown> {
  const values = await Promise.all(Object.values(answer));
  return Object.fromEntries(Object.keys(answer).map((key, i) => [key, values[i]]));
}

async function inSeries(fields: readonly PlannedField[], run: Run, source: unknown): Promise<unknown> {
  const answer: Record<string, unknown> = {};
  for (const { key, execute } of fields) answer[key] = await execute(run, source, undefined);
  return answer;
}

function resultOf({ errors }: Run, data: unknown): ExecutionResult {
  const answered = isRecord(data) ? data : null;
  return errors.length === 0 ? { data: answered } : { errors, data: answered };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
