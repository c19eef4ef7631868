import { StoreTimeoutError, StoreUnavailableError } from '../../core/errors.ts';

/**
 * What was read of parts of the store, in the same order; undefined for those whose node is away. It rejects when that is
 * so for all of them.
 */
export async function readableParts<Part>(
  reads: readonly Promise<Part>[],
): Promise<readonly (Part | undefined)[]> {
  const settled = await Promise.allSettled(reads);
  const failures = settled.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  const fault = failures.find(
    (error) => !(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError),
  );
  if (fault !== undefined) throw fault;
  if (failures.length > 0 && failures.length === reads.length) throw failures[0];
  return settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
}
