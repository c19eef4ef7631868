import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { coded } from './errors.ts';

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include']);

/**
 * A subscription is its root field: GraphQL, since its edition of September 2025, lets none be left out, and executors
 * have no answer to one without. For documents whose fragments do not contain themselves.
 * @throws GRAPHQL_VALIDATION_FAILED
 */
export function checkSubscriptionRoots({ definitions }: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  const checked = new Set<SelectionSetNode>();
  const check = (set: SelectionSetNode | undefined): void => {
    if (set === undefined || checked.has(set)) return;
    checked.add(set);
    for (const selection of set.selections) {
      if (selection.directives?.some(({ name }) => CONDITIONS.has(name.value)) === true) {
        const message = 'The root field of a subscription cannot be skipped or included.';
        throw coded('GRAPHQL_VALIDATION_FAILED', message, { nodes: [selection], ...NO_PLACE });
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) check(fragments.get(selection.name.value)?.selectionSet);
    }
  };
  for (const one of definitions) {
    const isSubscription =
      one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.SUBSCRIPTION;
    if (isSubscription) check(one.selectionSet);
  }
}

/** The node says it. */
const NO_PLACE = { source: undefined, positions: undefined, path: undefined };
