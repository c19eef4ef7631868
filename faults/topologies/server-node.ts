import { freePort } from '../../test/support/free-port.ts';
import { startServer, type Ended, type ServerProcess } from '../../test/support/server-process.ts';
import { startProxy, type TcpProxy } from '../../test/support/tcp-proxy.ts';

/** One server of the product as a process of its own, between two relays that can misbehave. */
export interface ServerNode {
  readonly index: number;
  /** Where clients reach it: behind the relay. */
  readonly endpoint: string;
  /** Between clients and the server. */
  readonly clients: TcpProxy;
  /** Between the server and its store; null where there is nothing to go between. */
  readonly store: TcpProxy | null;
  readonly process: ServerProcess;
  /** SIGKILL, and a new process on the same port. */
  crash(): Promise<void>;
  /** SIGTERM; resolves when the process is gone. */
  end(): Promise<Ended>;
  /** A new process on the same port, once the old one is gone. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerNodeOptions {
  readonly index: number;
  readonly env: Readonly<Record<string, string>>;
  readonly store: TcpProxy | null;
}

export async function startServerNode({ index, env, store }: ServerNodeOptions): Promise<ServerNode> {
  const port = await freePort();
  const start = (): Promise<ServerProcess> =>
    startServer({ LOG_LEVEL: 'info', AUTH: 'none', ...env, PORT: String(port) });
  let server = await start();
  const clients = await startProxy(port);
  let isStopped = false;
  return {
    index,
    endpoint: `http://127.0.0.1:${clients.port}/graphql`,
    clients,
    store,
    get process() {
      return server;
    },
    async crash() {
      await server.kill();
      server = await start();
    },
    end: () => server.terminate(),
    async begin() {
      server = await start();
    },
    async stop() {
      if (isStopped) return;
      isStopped = true;
      await server.kill();
      await clients.stop();
      await store?.stop();
    },
  };
}
