import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';

/**
 * What was read of parts of the store, in the same order; undefined for those whose node is away. It rejects when that is
 * so for all of them.
 */
export async function readableParts<Part>(
  reads: readonly Promise<Part>[],
): Promise<readonly (Part | undefined)[]> {
  const settled = await Promise.allSettled(reads);
  const failures = settled.filter((outcome) => outcome.status === 'rejected');
  const fault = failures.find(({ reason }) => !isAway(reason));
  const failure = fault ?? (failures.length === reads.length ? failures[0] : undefined);
  if (failure !== undefined) throw failure.reason;
  return settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
}

function isAway(error: unknown): boolean {
  return error instanceof StoreUnavailableError || error instanceof StoreTimeoutError;
}
