import { FRONT_ENDS, type FrontEnd } from './front-ends.ts';
import type { SessionEvent } from './session-events.ts';

/** What a page gathers that runs one of the front ends. */
export interface Gathered {
  readonly events: SessionEvent[];
  readonly errors: string[];
}

const gathered: Gathered = { events: [], errors: [] };

/** The page is driven from outside. */
Object.assign(globalThis, {
  gathered,
  follow(name: FrontEnd, url: string, sessionId: string) {
    FRONT_ENDS[name]({
      url,
      sessionId,
      after: '0',
      onEvent: (event) => void gathered.events.push(event),
      onError: (error) => void gathered.errors.push(String(error)),
    });
  },
});
