import { acknowledgedBeforeWait } from './servers/acknowledged-before-wait.ts';
import { counterApart } from './servers/counter-apart.ts';
import { cursorWithoutIdentity } from './servers/cursor-without-identity.ts';
import { lookAtReady } from './servers/look-at-ready.ts';
import { multiAroundScript } from './servers/multi-around-script.ts';
import { noDedupe } from './servers/no-dedupe.ts';
import { noIdempotency } from './servers/no-idempotency.ts';
import { noOwnerCheck } from './servers/no-owner-check.ts';
import { noSafetyPoll } from './servers/no-safety-poll.ts';
import { noStallTimer } from './servers/no-stall-timer.ts';
import { payloadFromPubSub } from './servers/payload-from-pub-sub.ts';
import { replayThenSubscribe } from './servers/replay-then-subscribe.ts';
import { unboundedQueue } from './servers/unbounded-queue.ts';
import { unmaskedWebSocket } from './servers/unmasked-web-socket.ts';
import type { BrokenServer } from './trial.ts';

export const BROKEN_SERVERS: readonly BrokenServer[] = [
  replayThenSubscribe,
  noDedupe,
  counterApart,
  noIdempotency,
  lookAtReady,
  cursorWithoutIdentity,
  payloadFromPubSub,
  unboundedQueue,
  noOwnerCheck,
  multiAroundScript,
  noSafetyPoll,
  acknowledgedBeforeWait,
  noStallTimer,
  unmaskedWebSocket,
];
