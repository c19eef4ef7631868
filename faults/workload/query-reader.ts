import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE } from '../checker/i10-no-foreign-data.ts';
import type { Answer } from './answer.ts';
import { askOverHttp } from './http.ts';
import { NEWEST, NEWEST_VALUES, PAGE, PAGE_OF_LOG } from './operations.ts';
import { valueIn } from './value.ts';
import { endpointOf, tokenOf, type World } from './world.ts';

const PATIENCE_MS = 5_000;
const NEWEST_PATIENCE_MS = 1_500;
const NEWEST_COUNT = 50;

/** Asks for the newest of one session; an answer that does not come, or an error, is no reading. */
async function readNewest(world: World, session: string, server: number, user = SERVICE): Promise<void> {
  const { recorder } = world;
  const askedAt = recorder.now();
  const answer = await askOverHttp({
    endpoint: endpointOf(world, server),
    query: NEWEST,
    variables: { id: session, last: NEWEST_COUNT },
    token: tokenOf(world, user),
    patienceMs: NEWEST_PATIENCE_MS,
  }).catch(() => null);
  const read = NEWEST_VALUES.safeParse(answer?.data);
  if (answer?.errors !== undefined || !read.success || read.data.session === null) return;
  const values = read.data.session.messages.nodes.map(({ text }) => valueIn(text));
  recorder.record({ kind: 'read', session, server, user, askedAt, values });
}

/** Asks any server for the newest of any session, again and again; `user` null: as whoever may. */
export async function keepReading(world: World, isOver: () => boolean, user: string | null): Promise<void> {
  const { random, sessions, endpoints } = world;
  while (!isOver()) {
    await sleep(random.between(20, 150));
    const { id } = random.pick(sessions);
    await readNewest(world, id, random.between(0, endpoints.length), user ?? SERVICE);
  }
}

/** Records the whole log of a session as a server shows it. */
export async function readWholeLog(world: World, session: string, server: number): Promise<void> {
  const entries: { cursor: string; value: string }[] = [];
  let after: string | null = null;
  do {
    const answer = await pageOf(world, session, server, after);
    const { session: found } = PAGE_OF_LOG.parse(answer.data);
    // A session that is gone has lost all that was in it, which is for the checker to say.
    if (found === null) break;
    const { pageInfo, nodes } = found.messages;
    entries.push(...nodes.map(({ cursor, text }) => ({ cursor, value: valueIn(text) })));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  world.recorder.record({ kind: 'reading', session, server, entries });
}

/** Tried again for a while: the last fault may have an echo. @throws Error when there is no answer without errors. */
async function pageOf(world: World, id: string, server: number, after: string | null): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await askOverHttp({
      endpoint: endpointOf(world, server),
      query: PAGE,
      variables: { id, after },
      token: tokenOf(world, SERVICE),
      patienceMs: PATIENCE_MS,
    }).catch(() => null);
    if (answer !== null && answer.errors === undefined) return answer;
    if (tries === 30)
      throw new Error(`Server ${server} does not show ${id}: ${JSON.stringify(answer?.errors)}`);
    await sleep(200);
  }
}
