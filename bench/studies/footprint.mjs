import { parseArgs } from 'node:util';
import { onRedis, onSqlite } from './stores.mjs';

const TEXT_BYTES = 500;

/**
 * What a session takes of Redis' memory and of SQLite's file: an empty one, each message of 500 bytes, each write's
 * idempotency key. `--sessions` (2,000) sessions of `--messages` (100) messages each.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      sessions: { type: 'string', default: '2000' },
      messages: { type: 'string', default: '100' },
    },
  });
  const sessions = Number(values.sessions);
  const messages = Number(values.messages);
  console.log('| store | empty session, bytes | message of 500 bytes | idempotency key |\n|---|---|---|---|');
  for (const open of [onRedis, onSqlite]) {
    const { name, store, used, close } = await open();
    try {
      const empty = await used();
      await each(sessions, (id) => store.create(session(id)));
      const made = await used();
      for (let n = 0; n < messages; n += 10)
        await each(sessions, (id) =>
          store.append({ sessionId: id, steps: Array.from({ length: 10 }, step) }),
        );
      const filled = await used();
      // A write that changes nothing but leaves its key: the agent is current already.
      const agent = { kind: 'agent', name: 'guide' };
      await each(sessions, (id) => store.append({ sessionId: id, steps: [agent] }));
      const before = await used();
      await each(sessions, (id) =>
        store.append({ sessionId: id, steps: [agent], once: { key: `${id}-0123456789abcdef0123`, digest } }),
      );
      const key = ((await used()) - before) / sessions;
      const row = [(made - empty) / sessions, (filled - made) / sessions / messages, key];
      console.log(`| ${name} | ${row.map(Math.round).join(' | ')} |`);
    } finally {
      await close();
    }
  }
}

const digest = 'd'.repeat(43);

function session(id) {
  return {
    id,
    userId: `user-${id}`,
    title: 'A title',
    metadata: {},
    expiresAfter: null,
    maxItems: null,
    ifExists: 'FAIL',
  };
}

function step() {
  const raw = JSON.stringify({ type: 'message', role: 'user', content: 'x'.repeat(TEXT_BYTES) });
  const item = { raw, dialect: 'AGENTS_JS', role: 'USER', agent: null, metadata: '{}', derived: false };
  return { kind: 'item', item: { ...item, status: 'COMPLETED', call: null, resultOf: null } };
}

/** As many at once as a server would have. */
async function each(count, work) {
  for (let from = 0; from < count; from += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - from) }, (_, n) => work(`s${from + n}`)));
}
