import { connect, createServer, type Socket } from 'node:net';

/** A relay on loopback that can be told to misbehave; whoever started it stops it. */
export interface TcpProxy {
  readonly port: number;
  /** How many replies have been swallowed, that is, were kept back and ended their connection. */
  readonly swallowed: number;
  /** From now on the next bytes that come back from the target are swallowed, and their connection is cut. */
  cutAtNextReply(): void;
  /** From now on nothing passes, either way, and no connection is cut. */
  stall(): void;
  /** Lets everything pass again; what was stalled is lost with its connection. */
  pass(): void;
  /** From now on what comes back from the target passes at that pace, so that whoever reads is slow. */
  throttle(bytesPerSecond: number): void;
  /** From now on nothing is taken from the target, as by a client that is half gone; connections stay. */
  stopReading(): void;
  /** Cuts all connections that are open now. */
  cut(): void;
  /** From now on connections lead to another port; those that are open are cut. */
  leadTo(port: number): void;
  stop(): Promise<void>;
}

export async function startProxy(first: number): Promise<TcpProxy> {
  let target = first;
  const sockets = new Set<Socket>();
  const targets = new Set<Socket>();
  let mode: 'pass' | 'stall' | 'cut' = 'pass';
  let swallowed = 0;
  let bytesPerSecond = Infinity;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A reset is what a cut looks like from the other side.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());

  const server = createServer((near) => {
    const far = keep(connect(target, '127.0.0.1'));
    targets.add(far);
    far.once('close', () => targets.delete(far));
    keep(near);
    near.on('data', (chunk) => {
      if (mode !== 'stall') far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (mode === 'cut') {
        mode = 'pass';
        swallowed++;
        near.destroy();
      } else if (mode === 'pass') {
        near.write(chunk);
        if (bytesPerSecond === Infinity) return;
        far.pause();
        setTimeout(() => far.resume(), (chunk.length / bytesPerSecond) * 1_000);
      }
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');

  return {
    port: address.port,
    get swallowed() {
      return swallowed;
    },
    cutAtNextReply: () => void (mode = 'cut'),
    stall: () => void (mode = 'stall'),
    pass() {
      if (mode === 'stall') cutAll();
      mode = 'pass';
    },
    throttle: (pace) => void (bytesPerSecond = pace),
    stopReading: () => targets.forEach((far) => far.pause()),
    cut: cutAll,
    leadTo(port) {
      target = port;
      cutAll();
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      cutAll();
      await closed;
    },
  };
}
