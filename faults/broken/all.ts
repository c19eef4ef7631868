import { noDedupe } from './servers/no-dedupe.ts';
import { noIdempotency } from './servers/no-idempotency.ts';
import { noSafetyPoll } from './servers/no-safety-poll.ts';
import { payloadFromPubSub } from './servers/payload-from-pub-sub.ts';
import { replayThenSubscribe } from './servers/replay-then-subscribe.ts';
import type { BrokenServer } from './trial.ts';

export const BROKEN_SERVERS: readonly BrokenServer[] = [
  replayThenSubscribe,
  noDedupe,
  noIdempotency,
  payloadFromPubSub,
  noSafetyPoll,
];
