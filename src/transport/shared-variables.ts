import { getOperationAST, Kind, visit, type DocumentNode, type ExecutionArgs } from 'graphql';

/** What is found in a document once, however often it is sent. */
const placeVariables = new WeakMap<DocumentNode, string | null>();

/**
 * The variables on which the results of a subscription depend. Where it begins is none of them: those who came from
 * different places are told the same once they stand in the same one.
 */
export function sharedVariables({
  document,
  operationName,
  variableValues,
}: ExecutionArgs): Readonly<Record<string, unknown>> {
  const place = placeVariable(document, operationName);
  if (place === null) return variableValues ?? {};
  const { [place]: _place, ...others } = variableValues ?? {};
  return others;
}

/** The variable that is the root field's `after`, and is used for nothing else. */
function placeVariable(document: DocumentNode, operationName: string | null | undefined): string | null {
  const known = placeVariables.get(document);
  if (known !== undefined) return known;
  const found = findPlaceVariable(document, operationName);
  // A document with several operations is rare, and looked at each time.
  if (document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1) {
    placeVariables.set(document, found);
  }
  return found;
}

function findPlaceVariable(document: DocumentNode, operationName: string | null | undefined): string | null {
  const operation = getOperationAST(document, operationName);
  const field = operation?.selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
  const value = field?.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  let uses = 0;
  visit(document, { Variable: (variable) => void (uses += variable.name.value === name ? 1 : 0) });
  // Once where it is declared, once where it is used.
  return uses === 2 ? name : null;
}
