import type { Recorder } from '../history/recorder.ts';
import type { Random } from '../nemesis/random.ts';
import type { Tokens } from './tokens.ts';

/** What all clients of a run share. */
export interface World {
  readonly recorder: Recorder;
  readonly random: Random;
  readonly tokens: Tokens | null;
  /** Where each server is reached, by its number. */
  readonly endpoints: readonly string[];
  readonly sessions: readonly { readonly id: string; readonly owner: string }[];
}

export function tokenOf({ tokens }: World, user: string): string | null {
  return tokens?.of(user) ?? null;
}

/** @throws RangeError when there is no such server. */
export function endpointOf({ endpoints }: World, server: number): string {
  const endpoint = endpoints[server];
  if (endpoint === undefined) throw new RangeError(`There is no server ${server}.`);
  return endpoint;
}
