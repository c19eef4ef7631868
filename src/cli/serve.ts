import type { Logger } from 'pino';
import { createApp, type App } from '../app.ts';
import type { Config } from '../config.ts';
import { StoreTimeoutError, StoreUnavailableError } from '../core/errors.ts';

export interface Serving {
  /** One sentence: where the server listens, what store it uses and what that store promises. */
  startLine(): Promise<string>;
  /** Ends the server in order; see `RunningServer.close`. */
  stop(): Promise<void>;
}

/**
 * Starts the server; a store that cannot be reached yet is no reason not to start, `/ready` tells.
 * @throws UnsafeStoreError when the store is set to lose sessions.
 */
export async function serve(config: Config, log: Logger): Promise<Serving> {
  const app = await createApp(config, log);
  const start = async () => {
    const store = await describeStore(app, log);
    return { store, server: await app.listen() };
  };
  const { store, server } = await start().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  const stopLooking = store === null ? lookLater(app, log) : undefined;
  return {
    async startLine() {
      return `agent-sessions listens on ${server.url} (the console; GraphQL is at ${server.url}/graphql), ${whoMayCall(config)}, and keeps sessions in ${store ?? 'a store that cannot be reached yet'}`;
    },
    async stop() {
      stopLooking?.();
      await server.close();
      await app.close();
    },
  };
}

/** null when it cannot be reached. */
async function describeStore(app: App, log: Logger): Promise<string | null> {
  try {
    return await app.describeStore();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError)) throw error;
    log.warn({ err: error }, 'The store cannot be reached yet');
    return null;
  }
}

const LOOK_AGAIN_MS = 10_000;

/** Says what a store promises once it can be reached; one that is set to lose sessions is no reason to stop by now. */
function lookLater(app: App, log: Logger): () => void {
  const look = async (): Promise<void> => {
    try {
      const store = await describeStore(app, log);
      if (store === null) return;
      log.info(`Sessions are kept in ${store}`);
      clearInterval(timer);
    } catch (error) {
      log.error({ err: error }, 'The store is set to lose sessions');
    }
  };
  const timer = setInterval(() => void look(), LOOK_AGAIN_MS).unref();
  return () => clearInterval(timer);
}

/** What an operator must not overlook. */
function whoMayCall({ auth }: Config): string {
  if (auth.none) return 'everyone who reaches it may do everything (AUTH=none)';
  const ways = [
    ...(auth.keys === null ? [] : ['service keys']),
    ...(auth.jwt === null ? [] : [`tokens of ${auth.jwt.issuer}`]),
  ];
  return `takes ${ways.join(' and ')}`;
}
