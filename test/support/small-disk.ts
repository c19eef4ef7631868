import { execFile } from 'node:child_process';
import { mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A file system of its own that can be full; whoever mounted it unmounts it. */
export interface SmallDisk {
  readonly directory: string;
  /** From now on there is no room for more than is there. */
  fill(): Promise<void>;
  /** There is room again. */
  free(): Promise<void>;
  /** With all that is on it, which nobody may have open any more. */
  unmount(): Promise<void>;
}

const run = promisify(execFile);
const ROOM = '1g';

/** Mounts a file system in memory, or gives null where that is not allowed: it takes the rights of root. */
export async function mountSmallDisk(): Promise<SmallDisk | null> {
  const directory = await mkdtemp(join(tmpdir(), 'disk-'));
  const resize = (size: string): Promise<unknown> => run('mount', ['-o', `remount,size=${size}`, directory]);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${ROOM},mode=700`, 'tmpfs', directory]);
  } catch {
    await rmdir(directory);
    return null;
  }
  return {
    directory,
    async fill() {
      // It is refused when somebody has written meanwhile, and more is there than that.
      for (let tries = 1; ; tries++) {
        const { blocks, bfree, bsize } = await statfs(directory);
        try {
          await resize(String((blocks - bfree) * bsize));
          return;
        } catch (error) {
          if (tries === 20) throw error;
        }
      }
    },
    async free() {
      await resize(ROOM);
    },
    async unmount() {
      await run('umount', [directory]);
      await rmdir(directory);
    },
  };
}
