import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

/** The examples with a page. */
export const CHATS = ['chat-apollo', 'chat-urql'] as const;
export type Chat = (typeof CHATS)[number];

/** The folder of an example, with a slash at its end. */
export const folderOf = (chat: Chat): string =>
  fileURLToPath(new URL(`../../../examples/${chat}/`, import.meta.url));

export interface ServedExample {
  /** `http://localhost:port/` */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Builds an example with all that its libraries complain of in development, and serves it as Vite does, with the API
 * of `target` (`http://127.0.0.1:port`) under the same origin.
 */
export async function serveExample(chat: Chat, target: string): Promise<ServedExample> {
  const outDir = await mkdtemp(join(tmpdir(), `${chat}-`));
  const config = {
    root: folderOf(chat),
    mode: 'development',
    logLevel: 'silent',
    server: { proxy: { '/graphql': { target } } },
  } as const;
  await build({ ...config, build: { outDir, emptyOutDir: true, minify: false } });
  const server = await preview({
    ...config,
    build: { outDir },
    preview: { port: 0 },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('Vite serves at no address.');
  return {
    url,
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
