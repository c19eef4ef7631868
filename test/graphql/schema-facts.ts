import {
  astFromValue,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  print,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** One thing that a schema says, in a form that is the same in every schema that says it, and what it says about it. */
export interface SchemaFact {
  readonly fact: string;
  readonly description: string | null | undefined;
}

/** All that a schema of one's own defines: each type, field, argument, default, enum value, interface and union member. */
export function schemaFacts(schema: GraphQLSchema): SchemaFact[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => [
      { fact: `${kindOf(type)} ${type.name}`, description: type.description },
      ...partsOf(type),
    ]);
}

function kindOf(type: GraphQLNamedType): string {
  if (isObjectType(type)) return 'type';
  if (isInterfaceType(type)) return 'interface';
  if (isInputObjectType(type)) return 'input';
  if (isUnionType(type)) return 'union';
  return isEnumType(type) ? 'enum' : 'scalar';
}

function partsOf(type: GraphQLNamedType): SchemaFact[] {
  if (isEnumType(type)) {
    return type.getValues().map(({ name, description }) => ({ fact: `${type.name}.${name}`, description }));
  }
  if (isUnionType(type)) {
    return type.getTypes().map(({ name, description }) => ({ fact: `${type.name} = ${name}`, description }));
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => ({
      fact: `${type.name}.${inputOf(field)}`,
      description: field.description,
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return [
    ...type.getInterfaces().map(({ name, description }) => ({
      fact: `${type.name} implements ${name}`,
      description,
    })),
    ...Object.values(type.getFields()).flatMap((field) => [
      { fact: `${type.name}.${field.name}: ${String(field.type)}`, description: field.description },
      ...field.args.map((argument) => ({
        fact: `${type.name}.${field.name}(${inputOf(argument)})`,
        description: argument.description,
      })),
    ]),
  ];
}

function inputOf({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
  return `${name}: ${String(type)}${value === undefined || value === null ? '' : ` = ${print(value)}`}`;
}

/** What the one schema says and the other does not. */
export function missingFacts(expected: GraphQLSchema, actual: GraphQLSchema): string[] {
  const present = new Set(schemaFacts(actual).map(({ fact }) => fact));
  return schemaFacts(expected)
    .map(({ fact }) => fact)
    .filter((fact) => !present.has(fact));
}
