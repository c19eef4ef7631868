export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where a Redis is, and as whom it is spoken to. */
export interface RedisAddress {
  /** One Redis; the master that Sentinels name; or a Cluster, whose nodes name each other. */
  readonly mode: 'single' | 'sentinel' | 'cluster';
  /** The Redis, the Sentinels, or some nodes of the Cluster. */
  readonly nodes: readonly RedisNode[];
  /** What the Sentinels call the master; '' in other modes. */
  readonly master: string;
  /** The number of the database; 0 in a Cluster. */
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** Whether every connection, those to Sentinels too, is encrypted. */
  readonly tls: boolean;
}

/** `host:port`, as nodes of a Cluster are told apart and redirections name them. */
export function nameOfNode({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}

/** The reverse of `nameOfNode`; an IPv6 address stands without brackets, as Redis writes it. */
export function nodeOfName(name: string): RedisNode {
  const colon = name.lastIndexOf(':');
  return { host: name.slice(0, colon), port: Number(name.slice(colon + 1)) };
}
