import { z } from 'zod';

export type StoreConfig =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'redis'; readonly address: RedisAddressConfig };

/** What `RedisAddress` of the adapter is. */
export interface RedisAddressConfig {
  readonly mode: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly master: string;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

export const STORE_FORMS =
  'sqlite:path, sqlite::memory:, redis://host:port/db, redis+sentinel://host:port,host:port/master/db or redis+cluster://host:port,host:port; rediss in place of redis encrypts; user:password@ stands before the hosts';

/** Parses STORE_URL. Each problem is an issue of its own; none repeats a part of the value, which may be a password. */
export const storeUrl = z.string().transform((text, context): StoreConfig => {
  const problems: string[] = [];
  const store = parseStoreUrl(text, problems);
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return store ?? z.NEVER;
});

const REDIS = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:(.*)@)?([^@/]*)(?:\/([^@]*))?$/;
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;

/** null when `problems` got one. */
function parseStoreUrl(text: string, problems: string[]): StoreConfig | null {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length).replace(/^\/\//, '');
    if (path !== '') return { kind: 'sqlite', path };
  }
  const parts = REDIS.exec(text);
  if (parts === null) {
    problems.push(`must be ${STORE_FORMS}`);
    return null;
  }
  const [, secure, discovery, credentials, hosts = '', path = ''] = parts;
  const mode: Mode = discovery === 'sentinel' || discovery === 'cluster' ? discovery : 'single';
  const before = problems.length;
  const address = {
    mode,
    nodes: parseNodes(hosts, mode, problems),
    ...parsePath(path, mode, problems),
    ...parseCredentials(credentials, problems),
    tls: secure === 's',
  };
  return problems.length > before ? null : { kind: 'redis', address };
}

type Mode = RedisAddressConfig['mode'];

function parseNodes(text: string, mode: Mode, problems: string[]): RedisAddressConfig['nodes'] {
  const names = text.split(',');
  if (names.some((name) => name === '')) problems.push('must name a host, and none between two commas');
  if (mode === 'single' && names.length > 1) {
    problems.push('must name one host, or say +sentinel or +cluster after redis');
  }
  return names.flatMap((name, index) => {
    if (name === '') return [];
    const [, bracketed, plain, port] =
      /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(.*))?$/.exec(name) ?? [];
    const host = bracketed ?? plain;
    const number = port === undefined ? PORTS[mode] : Number(/^\d{1,5}$/.test(port) ? port : Number.NaN);
    if (host === undefined) problems.push(`must be right in host ${index + 1}: host:port, or [IPv6]:port`);
    else if (!(number >= 1 && number <= 65_535)) {
      problems.push(`must have a port from 1 to 65535 in host ${index + 1}`);
    }
    return host === undefined ? [] : { host, port: number };
  });
}

function parsePath(
  text: string,
  mode: Mode,
  problems: string[],
): Pick<RedisAddressConfig, 'master' | 'database'> {
  if (/[?#]/.test(text)) problems.push('must have no ? and no #: other variables say the rest');
  const parts = text.replace(/[?#].*$/, '').split('/');
  const master = mode === 'sentinel' ? (parts.shift() ?? '') : '';
  if (mode === 'sentinel' && !/^[A-Za-z0-9._-]+$/.test(master)) {
    problems.push('must name the master after the Sentinels, as they call it');
  }
  const [database = '', ...more] = parts;
  const number = database === '' ? 0 : Number(/^\d{1,5}$/.test(database) ? database : Number.NaN);
  if (Number.isNaN(number) || more.length > 0)
    problems.push('must end with the number of a database, or none');
  else if (mode === 'cluster' && number !== 0)
    problems.push('must name no database: a Cluster has one alone');
  return { master, database: number };
}

function parseCredentials(
  text: string | undefined,
  problems: string[],
): Pick<RedisAddressConfig, 'username' | 'password'> {
  if (text === undefined) return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  const [username, password] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  const decode = (part: string): string | undefined => {
    try {
      return part === '' ? undefined : decodeURIComponent(part);
    } catch {
      problems.push('must have user and password percent-encoded');
      return undefined;
    }
  };
  if (username !== '' && password === '') problems.push('must have a password for its user');
  return { username: decode(username), password: decode(password) };
}
