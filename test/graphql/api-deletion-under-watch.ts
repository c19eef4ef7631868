import { expect, it } from 'vitest';
import { eventsOf, follow, SESSION_EVENTS, type Transport } from '../support/follow.ts';
import { until } from '../support/until.ts';
import type { Api } from './api-under-test.ts';

export function deletionUnderWatch(api: Api): void {
  it('tells fifty subscribers, completes them, and does not find the session for appends that come later', async () => {
    const sessionId = await api.create();
    const followers = Array.from({ length: 50 }, (_, index) => {
      const transport: Transport = index % 2 === 0 ? 'WebSocket' : 'SSE';
      return follow(transport, api.endpoint, SESSION_EVENTS, { sessionId, after: '0' });
    });
    await until('all have caught up', () => followers.every(({ results }) => results.length > 0));
    const append = () =>
      api.answer('mutation ($input: AddMessageInput!) { addMessage(input: $input) { message { cursor } } }', {
        input: { sessionId, text: 'in flight', role: 'USER' },
      });
    const appends = [append(), append()];
    const deletion = api.write('deleteSession', { id: sessionId }, 'deleted');
    appends.push(append(), append());
    expect(await deletion).toEqual({ deleted: true });
    appends.push(append());
    const answers = await Promise.all(appends);
    for (const { errors } of answers) {
      if (errors !== undefined) expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
    }
    expect(answers.at(-1)?.errors).toHaveLength(1);
    await Promise.all(followers.map(({ done }) => done));
    const written = answers.flatMap(({ data, errors }) => (errors ? [] : [data.addMessage.message.cursor]));
    for (const follower of followers) {
      const events = eventsOf(follower);
      expect(events.at(-1)).toEqual({ __typename: 'SessionDeleted', cursor: null });
      const added = events.filter(({ __typename }) => __typename === 'ItemAdded').map(({ cursor }) => cursor);
      // The log may be gone before the last ones were read; what was seen was written, once.
      expect(new Set(added).size).toBe(added.length);
      for (const cursor of added) expect(written).toContain(cursor);
      await follower.stop();
    }
  });
}
