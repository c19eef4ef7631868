import { expect, it } from 'vitest';
import { StoreTimeoutError } from '../../src/core/errors.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Sessions } from '../../src/core/sessions.ts';
import type { SessionStore } from '../../src/core/store.ts';
import type { SessionEvent } from '../../src/core/session-event.ts';
import { Watching } from '../../src/core/watching.ts';
import { eventually } from '../support/eventually.ts';
import { openFeed } from './feed-under-test.ts';

const SERVICE = { kind: 'SERVICE', userId: 'local' } as const;

it('tells of an update when the store, which failed meanwhile, can be read again', async () => {
  let failing = false;
  let failures = 0;
  const store = (real: SessionStore): SessionStore => ({
    ...real,
    get: async (id) => {
      if (!failing) return real.get(id);
      failures++;
      throw new StoreTimeoutError('Lost.');
    },
  });
  const feed = await openFeed({ store });
  const flaky = store(feed.store);
  const sessions = new Sessions({ store: flaky, limits: LIMITS, newId: () => 'new', digest: (text) => text });
  const watching = new Watching({ sessions, feeds: feed.feeds, lists: feed.lists });
  const events: SessionEvent[] = [];
  const stream = await watching.events(SERVICE, 's', undefined);
  const over = (async () => {
    for await (const event of stream) events.push(event);
  })();
  await eventually(() => expect(events.map(({ type }) => type)).toEqual(['CaughtUp']));
  failing = true;
  await feed.store.update({ sessionId: 's', title: 'new' });
  await eventually(() => expect(failures).toBeGreaterThan(0));
  failing = false;
  await eventually(() => {
    feed.clock.tick();
    expect(events.map(({ type }) => type)).toEqual(['CaughtUp', 'SessionUpdated']);
  });
  await stream.return?.();
  await over;
  await feed.close();
});
