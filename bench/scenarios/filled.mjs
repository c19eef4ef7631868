import { Redis } from 'ioredis';
import { ask } from '../load/ask.mjs';
import { DIALECTS } from '../load/dialects.mjs';
import { numberedText } from '../load/numbered-text.mjs';
import { newMessage } from '../contenders/redis-log.mjs';

/** Items in one write. */
const BATCH = 1_000;

/** Fills a session with numbered messages, from 1 on, as the contender would have kept them. */
export async function fill({ dialect }, { port, redisUrl }, session, { items, bytes }) {
  const put = dialect === 'product' ? intoProduct(port, session) : intoStream(redisUrl, session);
  for (let from = 1; from <= items; from += BATCH) {
    const count = Math.min(BATCH, items - from + 1);
    await put.add(Array.from({ length: count }, (_, n) => numberedText(from + n, bytes)));
  }
  await put.end?.();
}

function intoProduct(port, session) {
  const { prepare, fill: write } = DIALECTS.product;
  let prepared;
  return {
    async add(texts) {
      prepared ??= ask(port, prepare(session));
      await prepared;
      await ask(port, write(session, texts));
    },
  };
}

function intoStream(redisUrl, sessionId) {
  const redis = new Redis(redisUrl);
  return {
    async add(texts) {
      const pipeline = redis.pipeline();
      for (const text of texts) {
        const message = newMessage({ sessionId, role: 'USER', text });
        pipeline.xadd(`log:${sessionId}`, '*', 'message', JSON.stringify(message));
      }
      await pipeline.exec();
    },
    end: () => redis.quit(),
  };
}
