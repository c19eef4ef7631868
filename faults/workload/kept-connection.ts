import { readFile } from 'node:fs/promises';

const ESTABLISHED = '01';

/**
 * Whether a server on this machine still keeps a connection, which a client that reads nothing cannot tell: the word of
 * its end waits behind what is unread.
 */
export async function isKept(serverPort: number, clientPort: number): Promise<boolean> {
  const [local, remote] = [serverPort, clientPort].map((port) =>
    port.toString(16).toUpperCase().padStart(4, '0'),
  );
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.some((table) =>
    table.split('\n').some((line) => {
      const [, from, to, state] = line.trim().split(/\s+/);
      return (
        from?.endsWith(`:${local}`) === true && to?.endsWith(`:${remote}`) === true && state === ESTABLISHED
      );
    }),
  );
}
