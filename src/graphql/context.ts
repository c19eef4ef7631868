import type { Viewer } from '../core/access.ts';
import type { DraftEndings } from '../core/draft-endings.ts';
import type { Drafting } from '../core/drafting.ts';
import type { Reading } from '../core/reading.ts';
import type { Rewriting } from '../core/rewriting.ts';
import type { RunResults } from '../core/run-results.ts';
import type { Sessions } from '../core/sessions.ts';
import type { Watching } from '../core/watching.ts';
import type { Writing } from '../core/writing.ts';

/** What the resolvers work with: the use cases, and who asks. */
export interface GraphQLContext {
  readonly viewer: Viewer;
  readonly sessions: Sessions;
  readonly writing: Writing;
  readonly reading: Reading;
  readonly rewriting: Rewriting;
  readonly runResults: RunResults;
  readonly drafting: Drafting;
  readonly draftEndings: DraftEndings;
  readonly watching: Watching;
  /** What a client that comes back over server-sent events had last: a cursor; it wins over `after`. */
  readonly lastEventId?: string | undefined;
}
