import type { Logger } from 'pino';
import { createApp, type App } from '../app.ts';
import type { Config } from '../config.ts';
import { StoreTimeoutError, StoreUnavailableError } from '../core/errors.ts';
import type { RunningServer } from '../transport/server.ts';

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
  const app = createApp(config, log);
  const start = async (): Promise<readonly [string, RunningServer]> => {
    const store = await describeStore(app, log);
    return [store, await app.listen()];
  };
  const [store, server] = await start().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return {
    async startLine() {
      return `agent-sessions listens on ${server.url} (GraphQL and GraphiQL at ${server.url}/graphql), ${whoMayCall(config)}, and keeps sessions in ${store}`;
    },
    async stop() {
      await server.close();
      await app.close();
    },
  };
}

async function describeStore(app: App, log: Logger): Promise<string> {
  try {
    return await app.describeStore();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError || error instanceof StoreTimeoutError)) throw error;
    log.warn({ err: error }, 'The store cannot be reached yet');
    return 'a store that cannot be reached yet';
  }
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
