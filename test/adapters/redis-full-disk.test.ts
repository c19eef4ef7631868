import { expect, it, vi } from 'vitest';
import { refusalOf } from '../../src/adapters/redis/errors.ts';
import { itemsOf } from '../contract/store-under-test.ts';
import { startRedis } from '../support/redis-server.ts';
import { newSession, says, textsOf } from '../support/samples.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { openRedis } from './redis-setup.ts';

const disk = await mountSmallDisk();
await disk?.unmount();

it.skipIf(disk === null)(
  'fails writes with STORE_UNAVAILABLE while the disk is full, reads on, and has all when there is room again',
  async () => {
    const own = await mountSmallDisk();
    if (own === null) throw new Error('A disk was mounted a moment ago, and is not now.');
    const args = ['--appendfsync', 'everysec'];
    const redis = await startRedis({ appendonly: true, directory: own.directory, args });
    const opened = openRedis({ url: redis.url });
    try {
      const { store } = opened;
      await store.create(newSession());
      const acknowledged: string[] = [];
      const write = async (): Promise<unknown> => {
        const text = `text ${acknowledged.length} ${'x'.repeat(2_000)}`;
        const failure = await store.append({ sessionId: 's', steps: [says(text)] }).then(
          () => null,
          (error: unknown) => error,
        );
        if (failure === null) acknowledged.push(text);
        return failure;
      };
      expect(await write()).toBeNull();
      await own.fill();
      // What is left of the last page is written first, and Redis learns of it when it has answered.
      const refused = await vi.waitFor(async () => {
        const failure = await write();
        expect(failure).not.toBeNull();
        return failure;
      });
      expect(refused).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(refusalOf(refused)).toBe('MISCONF');
      expect(textsOf(await itemsOf(store))).toEqual(acknowledged);
      await own.free();
      await vi.waitFor(async () => expect(await write()).toBeNull(), { timeout: 5_000 });
      await redis.restart();
      await vi.waitFor(async () => expect(textsOf(await itemsOf(store))).toEqual(acknowledged), {
        timeout: 5_000,
      });
    } finally {
      await opened.close();
      await redis.stop();
      await own.unmount();
    }
  },
  30_000,
);
