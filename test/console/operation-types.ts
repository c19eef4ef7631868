import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const SCALARS: Readonly<Record<string, string>> = {
  ID: 'string',
  String: 'string',
  DateTime: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  JSON: 'unknown',
  JSONObject: 'Readonly<Record<string, unknown>>',
};

/** What a server with this schema answers to an operation, in TypeScript. */
export function resultType(schema: GraphQLSchema, operation: OperationDefinitionNode): string {
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) throw new Error(`There is no ${operation.operation}.`);
  return selected(schema, root, operation.selectionSet);
}

/** The variables that such a server takes, in TypeScript. */
export function variablesType(schema: GraphQLSchema, operation: OperationDefinitionNode): string {
  const fields = (operation.variableDefinitions ?? []).map(({ variable, type: node }) => {
    const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
    if (type === undefined) throw new Error(`There is no type of $${variable.name.value}.`);
    return `${variable.name.value}${isNonNullType(type) ? '' : '?'}: ${inputType(type)}`;
  });
  return `{ ${fields.join('; ')} }`;
}

function selected(schema: GraphQLSchema, type: GraphQLObjectType, selections: SelectionSetNode): string {
  const fields = fieldsOf(schema, type, selections);
  return `{ ${[...fields].map(([name, text]) => `readonly ${name}: ${text}`).join('; ')} }`;
}

function fieldsOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
): Map<string, string> {
  const fields = new Map<string, string>();
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('Named fragments are not known here.');
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (selection.typeCondition?.name.value !== type.name) continue;
      for (const [name, text] of fieldsOf(schema, type, selection.selectionSet)) fields.set(name, text);
      continue;
    }
    const name = selection.name.value;
    const field = type.getFields()[name];
    if (name === '__typename') fields.set(name, `'${type.name}'`);
    else if (field === undefined) throw new Error(`There is no ${type.name}.${name}.`);
    else fields.set(selection.alias?.value ?? name, outputType(schema, field.type, selection.selectionSet));
  }
  return fields;
}

function outputType(schema: GraphQLSchema, type: GraphQLOutputType, selections?: SelectionSetNode): string {
  if (!isNonNullType(type)) return `${present(schema, type, selections)} | null`;
  return present(schema, type.ofType, selections);
}

function present(schema: GraphQLSchema, type: GraphQLOutputType, selections?: SelectionSetNode): string {
  if (isListType(type)) return `readonly (${outputType(schema, type.ofType, selections)})[]`;
  if (selections === undefined) return leaf(type);
  if (isObjectType(type)) return selected(schema, type, selections);
  if (!isAbstractType(type)) throw new Error(`${String(type)} has no fields.`);
  return schema
    .getPossibleTypes(type)
    .map((possible) => selected(schema, possible, selections))
    .join(' | ');
}

function inputType(type: GraphQLInputType): string {
  return isNonNullType(type) ? given(type.ofType) : `${given(type)} | null | undefined`;
}

function given(type: GraphQLInputType): string {
  if (isListType(type)) return `readonly (${inputType(type.ofType)})[]`;
  if (!isInputObjectType(type)) return leaf(type);
  const fields = Object.values(type.getFields()).map((field) => {
    const isNeeded = isNonNullType(field.type) && field.defaultValue === undefined;
    return `${field.name}${isNeeded ? '' : '?'}: ${inputType(field.type)}`;
  });
  return `{ ${fields.join('; ')} }`;
}

function leaf(type: GraphQLInputType | GraphQLOutputType): string {
  const named = getNamedType(type);
  if (isEnumType(named))
    return named
      .getValues()
      .map(({ name }) => `'${name}'`)
      .join(' | ');
  const scalar = SCALARS[named.name];
  if (scalar === undefined) throw new Error(`What ${named.name} is in TypeScript is not known here.`);
  return scalar;
}
