import { Redis, type ChainableCommander } from 'ioredis';
import { StoreUnavailableError } from '../../core/errors.ts';
import { replyCode } from './errors.ts';

/** A connection to a Redis that is only read: what gets no reply is asked again. */
export interface ForeignClient {
  /** The keys of one type that match, some at a time; one may come twice, as SCAN has it. */
  keys(pattern: string, type: 'hash' | 'list'): AsyncIterable<readonly string[]>;
  /** The replies of a batch of commands, in order; that of a key which is of another type is an empty list. */
  batch(add: (commands: ChainableCommander) => void): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Keys that one SCAN looks at: a millisecond of the other Redis's time. */
const SCAN_COUNT = 1000;

/** @param url `redis://` or `rediss://`. */
export function connectForeign(url: string): ForeignClient {
  const client = new Redis(url, {
    replyMapping: 'legacy',
    connectTimeout: 5_000,
    commandTimeout: 30_000,
    maxRetriesPerRequest: 5,
  });
  // Each call that fails tells; without a listener the client would write to the console.
  client.on('error', () => undefined);

  const run = async <T>(send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw foreignError(error);
    }
  };
  return {
    async *keys(pattern, type) {
      let cursor = '0';
      do {
        const [next, keys] = await run(() =>
          client.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT, 'TYPE', type),
        );
        if (keys.length > 0) yield keys;
        cursor = next;
      } while (cursor !== '0');
    },
    async batch(add) {
      const commands = client.pipeline();
      add(commands);
      const replies = (await run(() => commands.exec())) ?? [];
      return replies.map(([error, reply]) => {
        if (error === null) return reply;
        if (replyCode(error) === 'WRONGTYPE') return [];
        throw foreignError(error);
      });
    },
    async close() {
      client.disconnect();
    },
  };
}

/** Nothing is written there, so whatever went wrong can be tried again. */
function foreignError(cause: unknown): StoreUnavailableError {
  const code = replyCode(cause);
  const message =
    code === null
      ? 'The Redis to import from cannot be reached.'
      : `The Redis to import from refuses to be read: ${code}.`;
  return new StoreUnavailableError(message, {}, { cause });
}
