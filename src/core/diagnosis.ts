import { textItem } from './agents/new-item.ts';
import type { Clock } from './clock.ts';
import { Feeds } from './feed/feeds.ts';
import type { Reader } from './feed/reader.ts';
import type { LiveFeed } from './live.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './store.ts';

/** One thing that was looked at, in a sentence; `ok` false: with the remedy. */
export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export interface DiagnosisOptions {
  readonly store: SessionStore;
  readonly live: LiveFeed;
  readonly clock: Clock;
  /** Names the session that is made, watched and removed; nobody has it. */
  readonly newId: () => string;
  /** Milliseconds since some moment, never backwards. */
  readonly elapsed: () => number;
  /** Milliseconds that an event may take; 5,000. */
  readonly patienceMs?: number | undefined;
}

/** What a message in the session of the diagnosis says. */
const TEXT = 'Written to find out whether this works.';
/** Longer than the diagnosis: an event that only the look at what is watched would find has come by no doorbell. */
const NO_LOOK_MS = 3_600_000;

/** Tries what every session needs: a write, a live event and a removal. Ends with the first that does not work. */
export async function* diagnose(options: DiagnosisOptions): AsyncGenerator<Finding, void, void> {
  const { store, elapsed, newId } = options;
  const took = async (work: () => Promise<unknown>): Promise<string> => {
    const begun = elapsed();
    await work();
    return `${(elapsed() - begun).toFixed(1)} ms`;
  };
  yield { ok: true, text: `The store answers and can be written to: ${await took(() => store.check())}.` };
  const session = await store.create({
    id: `doctor-${newId()}`,
    userId: 'doctor',
    title: 'agent-sessions doctor',
    metadata: {},
    // If this process ends before it has removed it.
    expiresAfter: 600,
    ifExists: 'FAIL',
  });
  try {
    yield await liveEvent(options, session);
  } finally {
    await store.delete({ sessionId: session.id });
  }
  const left = await store.get(session.id);
  yield left === null
    ? { ok: true, text: 'The session that was made for that is removed again.' }
    : { ok: false, text: `The session ${session.id} was removed and is still there.` };
}

async function liveEvent(
  { store, live, clock, elapsed, patienceMs = 5_000 }: DiagnosisOptions,
  session: Session,
): Promise<Finding> {
  const errors: unknown[] = [];
  const feeds = new Feeds({
    store,
    live,
    clock,
    pollMs: NO_LOOK_MS,
    onError: (error) => void errors.push(error),
  });
  const reader = await feeds.follow(session);
  const stop = clock.every(patienceMs, () => void reader.return());
  try {
    await until(reader, 'caughtUp');
    const begun = elapsed();
    const item = textItem('USER', TEXT, { agent: null, metadata: '{}' });
    await store.append({ sessionId: session.id, steps: [{ kind: 'item', item }] });
    const written = elapsed() - begun;
    if (!(await until(reader, 'entry'))) return NO_EVENT;
    const seen = elapsed() - begun;
    return {
      ok: true,
      text: `A message was written in ${written.toFixed(1)} ms, and seen live after ${seen.toFixed(1)} ms.`,
    };
  } finally {
    stop();
    await reader.return();
  }
}

const NO_EVENT: Finding = {
  ok: false,
  text: 'A message was written, and no live event came: subscriptions would be seconds late. Wake-ups go by PUBLISH and SUBSCRIBE: a user of Redis needs both commands, and the channels as:*.',
};

/** Whether such an event came before the reader was ended. */
async function until(reader: Reader, kind: string): Promise<boolean> {
  for (;;) {
    const event = await reader.next();
    if (event.done === true) return false;
    if (event.value.kind === kind) return true;
  }
}
