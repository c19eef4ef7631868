import { getOperationAST, type ExecutionArgs, type GraphQLError, type OperationTypeNode } from 'graphql';
import { coded } from '../graphql/errors.ts';
import type { OperationStages } from './graphql.ts';

/** What a client asks for, as every transport brings it. */
export interface OperationRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** An operation that may be run. */
export interface Operation {
  readonly type: OperationTypeNode;
  /** The text of its document. */
  readonly source: string;
  readonly args: ExecutionArgs;
  readonly stages: OperationStages;
}

/**
 * Makes an operation of a request: what comes before execution, the same for every transport.
 * @throws what `clientError` knows; an AggregateError when there are several.
 */
export async function prepareOperation(
  stages: OperationStages,
  { query, variables, operationName }: OperationRequest,
): Promise<Operation> {
  const document = stages.parse(query);
  const errors: readonly GraphQLError[] = stages.validate(stages.schema, document);
  if (errors.length > 0) throw new AggregateError(errors);
  const definition = getOperationAST(document, operationName);
  if (!definition) {
    throw coded('BAD_REQUEST', 'The document has no such operation, or several and none is named.');
  }
  return {
    type: definition.operation,
    source: query,
    stages,
    args: {
      schema: stages.schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: await stages.contextFactory(),
    },
  };
}
