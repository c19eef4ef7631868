import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { GraphQLContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';

interface BareWebSocket {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** `useServer({ schema })` and no more: around masking, limits and everything else. */
export async function serveBareWebSocket(context: GraphQLContext): Promise<BareWebSocket> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const served = useServer({ schema, context: () => ({ ...context }) }, sockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}/graphql`,
    async stop() {
      await served.dispose();
      sockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
