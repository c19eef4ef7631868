import type { Checks } from './checks.ts';
import { canonicalJson } from './json.ts';
import type { Once } from './store.ts';

/** A digest of a text that two inputs do not share by chance, SHA-256 in practice; short enough to be stored. */
export type Digest = (text: string) => string;

/**
 * What makes a repeated call recognisable: its key, and a digest of the operation's name and its whole input, whatever
 * order the keys of its objects came in.
 */
export function onceOf<Input extends { readonly idempotencyKey?: string | null | undefined }>(
  operation: string,
  input: Input,
  checks: Checks,
  digest: Digest,
): Once | undefined {
  const { idempotencyKey, ...rest } = input;
  if (idempotencyKey === null || idempotencyKey === undefined) return undefined;
  return {
    key: checks.name(idempotencyKey, 'idempotencyKey'),
    digest: digest(canonicalJson([operation, rest])),
  };
}
