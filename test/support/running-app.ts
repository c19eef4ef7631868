import { createApp, type App, type Timings } from '../../src/app.ts';
import { createLogger } from '../../src/cli/logger.ts';
import { parseConfig } from '../../src/config.ts';

export interface RunningApp {
  readonly app: App;
  /** `http://localhost:port/graphql` */
  readonly endpoint: string;
  /** `http://localhost:port` */
  readonly url: string;
  /** Everything logged but the lines of requests, parsed. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** The lines of requests that are over, parsed. */
  readonly requests: readonly Readonly<Record<string, unknown>>[];
  /** Ends the server in order, and leaves the store open. */
  close(): Promise<void>;
  /** Ends all in order. */
  stop(): Promise<void>;
}

/** The product as `main.ts` composes it, in this process, on a free port of the loopback address. */
export async function startApp(
  env: Readonly<Record<string, string>> = {},
  timings: Partial<Timings> = {},
): Promise<RunningApp> {
  const logs: Record<string, unknown>[] = [];
  const requests: Record<string, unknown>[] = [];
  const write = (text: string): void => {
    const line = JSON.parse(text);
    (line.msg === 'Request' ? requests : logs).push(line);
  };
  const log = createLogger('trace', { write });
  const app = await createApp(parseConfig({ PORT: '0', STORE_URL: 'sqlite::memory:', ...env }), log, timings);
  const server = await app.listen();
  let closed: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= server.close());
  return {
    app,
    url: server.url,
    endpoint: `${server.url}/graphql`,
    logs,
    requests,
    close,
    stop: () => (stopped ??= close().then(() => app.close())),
  };
}
