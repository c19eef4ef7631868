import { DraftEndings } from '../core/draft-endings.ts';
import { Drafting } from '../core/drafting.ts';
import { Reading } from '../core/reading.ts';
import { Rewriting } from '../core/rewriting.ts';
import { RunResults } from '../core/run-results.ts';
import { Sessions, type SessionsOptions } from '../core/sessions.ts';
import { Watching, type WatchingOptions } from '../core/watching.ts';
import { Writing } from '../core/writing.ts';

/** All that the schema can ask of the domain, on one store. */
export function createUseCases(options: SessionsOptions & Omit<WatchingOptions, 'sessions'>) {
  const { feeds, lists } = options;
  const sessions = new Sessions(options);
  return {
    sessions,
    writing: new Writing(options),
    reading: new Reading(options),
    rewriting: new Rewriting(options),
    runResults: new RunResults(options),
    drafting: new Drafting(options),
    draftEndings: new DraftEndings(options),
    watching: new Watching({ sessions, feeds, lists }),
  };
}
