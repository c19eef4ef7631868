import { failureOf } from '../api/failure.ts';
import { Observable, useObservable } from '../parts/observable.ts';
import { go } from '../workspace/route.ts';
import type { Services } from '../workspace/services.ts';

const playing = new Observable(false);

export interface DemoState {
  readonly isPlaying: boolean;
  /** Users write their own messages only, so nobody could play the agents. */
  readonly isAllowed: boolean;
}

export function useDemo({ viewer }: Services): DemoState {
  return { isPlaying: useObservable(playing), isAllowed: viewer.kind === 'SERVICE' };
}

/** Makes a conversation, shows it, and plays both sides of it. */
export async function playDemo(services: Services): Promise<void> {
  if (playing.value) return;
  playing.set(true);
  try {
    const { perform, TITLE } = await import('./performance.ts');
    const { sessions, userId } = services;
    const session = await sessions.create({ title: TITLE, ...(userId === null ? {} : { userId }) });
    go({ at: 'conversation', id: await session.getSessionId() });
    await perform(session);
  } catch (error) {
    const failure = failureOf(error);
    // Whoever deletes the conversation has seen enough of it.
    if (failure.code !== 'NOT_FOUND') services.notices.problem(`The demo stopped: ${failure.message}`);
  } finally {
    playing.set(false);
  }
}
