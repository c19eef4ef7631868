import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority of its own, and what it has signed for 127.0.0.1; whoever made it removes it. */
export interface Certificates {
  /** The authority's own, in PEM; and the file that it is in. */
  readonly ca: string;
  readonly caFile: string;
  /** The arguments of a `redis-server` that speaks TLS on a port. */
  redisArgs(port: number): readonly string[];
  remove(): Promise<void>;
}

export async function makeCertificates(): Promise<Certificates> {
  const directory = await mkdtemp(join(tmpdir(), 'certificates-'));
  const path = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]) => run('openssl', args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=authority',
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.crt'),
  );
  await openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-CA', path('ca.crt'), '-CAkey', path('ca.key')],
    ...['-keyout', path('redis.key'), '-out', path('redis.crt')],
  );
  return {
    ca: await readFile(path('ca.crt'), 'utf8'),
    caFile: path('ca.crt'),
    redisArgs: (port) => [
      ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', path('redis.crt'), '--tls-key-file', path('redis.key')],
      ...['--tls-ca-cert-file', path('ca.crt')],
    ],
    remove: () => rm(directory, { recursive: true }),
  };
}
