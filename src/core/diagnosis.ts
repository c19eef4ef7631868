import { textItem } from './agents/new-item.ts';
import type { Clock } from './clock.ts';
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
    maxItems: null,
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
  { id }: Session,
): Promise<Finding> {
  let hear = (_isRung: boolean): void => undefined;
  const heard = new Promise<boolean>((resolve) => (hear = resolve));
  const leave = await live.listen(id, () => hear(true));
  const begun = elapsed();
  const item = textItem('USER', TEXT, { agent: null, metadata: '{}' });
  const stopWaiting = clock.every(patienceMs, () => hear(false));
  try {
    const writing = store.append({ sessionId: id, steps: [{ kind: 'item', item }] });
    const written = writing.then(() => elapsed() - begun);
    const seen = heard.then(() => elapsed() - begun);
    // A doorbell may come before the answer to who rang it.
    const ms = (await written).toFixed(1);
    if (!(await heard)) return NO_EVENT;
    return {
      ok: true,
      text: `A message was written in ${ms} ms, and heard of live after ${(await seen).toFixed(1)} ms.`,
    };
  } finally {
    stopWaiting();
    await leave();
  }
}

const NO_EVENT: Finding = {
  ok: false,
  text: 'A message was written, and no live event came: subscriptions would be seconds late. Wake-ups go by PUBLISH and SUBSCRIBE: a user of Redis needs both commands, and the channels as:*.',
};
