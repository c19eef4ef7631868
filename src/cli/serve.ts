import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';

export interface Serving {
  /** One sentence: where the server listens, what store it uses and what that store promises. */
  startLine(): Promise<string>;
  /** Ends the server in order; see `RunningServer.close`. */
  stop(): Promise<void>;
}

/** Starts the server; a store that cannot be reached yet is no reason not to start, `/ready` tells. */
export async function serve(config: Config, log: Logger): Promise<Serving> {
  const app = createApp(config, log);
  const server = await app.listen().catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  return {
    async startLine() {
      const store = await app.describeStore().catch((error: unknown) => {
        log.warn({ err: error }, 'The store cannot be reached yet');
        return 'a store that cannot be reached yet';
      });
      return `agent-sessions listens on ${server.url} (the console; GraphQL is at ${server.url}/graphql), ${whoMayCall(config)}, and keeps sessions in ${store}`;
    },
    async stop() {
      await server.close();
      await app.close();
    },
  };
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
