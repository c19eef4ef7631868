import { connect, createServer, type Socket } from 'node:net';

/** A relay on loopback that can be told to misbehave; whoever started it stops it. */
export interface TcpProxy {
  readonly port: number;
  /** How many replies have been swallowed, that is, were kept back and ended their connection. */
  readonly swallowed: number;
  /** From now on the next bytes that come back from the target are swallowed, and their connection is cut. */
  cutAtNextReply(): void;
  /** The same with the connection over which something is asked next, whatever others are answered before. */
  cutAtNextAnswer(): void;
  /** From now on nothing passes, either way, and no connection is cut. */
  stall(): void;
  /** Lets everything pass again; what was stalled is lost with its connection. */
  pass(): void;
  /** From now on what comes back from the target passes at that pace, so that whoever reads is slow. */
  throttle(bytesPerSecond: number): void;
  /** From now on nothing is taken from the target, as by a client that is half gone; connections stay. */
  stopReading(): void;
  /** From now on what goes that way is lost, and no connection is cut, until `pass`. */
  drop(way: 'to the target' | 'from the target'): void;
  /** From now on what goes that way comes so much later. */
  delay(milliseconds: number, way?: 'to the target' | 'from the target'): void;
  /** From now on a connection that the target ends is not ended towards whoever made it, as by a link that breaks then. */
  hideEnds(): void;
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
  let mode: 'pass' | 'stall' | 'cut' | 'to the target' | 'from the target' = 'pass';
  /** Over which connection the target was asked since an answer is to be cut off; null: no matter which. */
  let asked: Socket | 'none yet' | null = null;
  let swallowed = 0;
  let bytesPerSecond = Infinity;
  let endsAreHidden = false;
  const later = { 'to the target': 0, 'from the target': 0 };

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
      if (mode === 'stall' || mode === 'to the target') return;
      if (mode === 'cut' && asked === 'none yet') asked = far;
      send(far, chunk, later['to the target']);
    });
    far.on('data', (chunk) => {
      if (mode === 'cut' && (asked === null || asked === far)) {
        mode = 'pass';
        swallowed++;
        near.destroy();
      } else if (mode !== 'stall' && mode !== 'from the target') {
        send(near, chunk, later['from the target']);
        if (bytesPerSecond === Infinity) return;
        far.pause();
        setTimeout(() => far.resume(), (chunk.length / bytesPerSecond) * 1_000);
      }
    });
    near.on('close', () => far.destroy());
    far.on('close', () => {
      if (!endsAreHidden) near.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');

  return {
    port: address.port,
    get swallowed() {
      return swallowed;
    },
    cutAtNextReply() {
      [mode, asked] = ['cut', null];
    },
    cutAtNextAnswer() {
      [mode, asked] = ['cut', 'none yet'];
    },
    stall: () => void (mode = 'stall'),
    pass() {
      if (mode !== 'pass' && mode !== 'cut') cutAll();
      mode = 'pass';
    },
    throttle: (pace) => void (bytesPerSecond = pace),
    drop: (way) => void (mode = way),
    delay(milliseconds, way = 'from the target') {
      // What is on its way must not be overtaken.
      if (milliseconds < later[way]) cutAll();
      later[way] = milliseconds;
    },
    stopReading: () => targets.forEach((far) => far.pause()),
    hideEnds: () => void (endsAreHidden = true),
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

/** Timers of one length run in order, so that the bytes stay in theirs. */
function send(socket: Socket, chunk: Buffer, milliseconds: number): void {
  if (milliseconds === 0) socket.write(chunk);
  else setTimeout(() => socket.write(chunk), milliseconds);
}
