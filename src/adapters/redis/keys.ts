/**
 * The names of all keys. The keys of one session share the hash tag `{id}`, so that one script may hold them all on any
 * node; what the owner or the user names lies outside of it. The keys of drafts are named in scripts/session.lua.
 */
export interface Keys {
  /** The session's hash, and the channel of its doorbells. */
  session(id: string): string;
  log(id: string): string;
  /** What every script reads, in the order of scripts/session.lua: hash, log, one stream per role, stream of all items. */
  reading(id: string): string[];
  /** All that a session is kept in: the same, and calls. */
  holding(id: string): string[];
  /** The same for a session that is being made, by the mark of its entries: as good as none until it is renamed. */
  staging(id: string, mark: string): string[];
  /** What every write may touch: the session's, the register of idempotency records, and the record of `key`. */
  writing(id: string, key: string | undefined): string[];
  /** Those of them that the others can be made of, where one node holds all: the first and the last. */
  writingAlone(id: string, key: string | undefined): string[];
  /** What the names of all ids begin with that are reserved for an owner's keys. */
  reservations(owner: string): string;
  /** The id reserved for a `create` or `fork` with an idempotency key. */
  reservation(owner: string, key: string): string;
  /** How much a caller may begin now. */
  rate(caller: string): string;
  /** x and the channel of its doorbells. */
  index(userId: string): string;
  /** What comes before the user's id in the name of a list. */
  readonly indexPrefix: string;
  /** What comes before the id in the name of a session's hash. */
  readonly sessionPrefix: string;
  /** What all names begin with. */
  readonly prefix: string;
}

/** What comes after the name of a session's hash in its other keys, in the order in which write scripts take them. */
export const KEY_ENDINGS = [
  ':log',
  ':role:user',
  ':role:assistant',
  ':role:system',
  ':role:developer',
  ':items',
  ':calls',
  ':ops',
] as const;

export function createKeys(prefix: string): Keys {
  const session = (id: string): string => `${prefix}:{${id}}`;
  const first = (own: string, count: number): string[] => [
    own,
    ...KEY_ENDINGS.slice(0, count).map((ending) => `${own}${ending}`),
  ];
  const reading = (own: string): string[] => first(own, 6);
  const reservations = (owner: string): string => `${prefix}:key:${encodeURIComponent(owner)}:`;
  const holding = (own: string): string[] => first(own, 7);
  const record = (own: string, key = ''): string => `${own}:op:${key}`;
  return {
    session,
    log: (id) => `${session(id)}:log`,
    reading: (id) => reading(session(id)),
    holding: (id) => holding(session(id)),
    staging: (id, mark) => holding(`${session(id)}:fork:${mark}`),
    writing: (id, key) => {
      const own = session(id);
      // Without a key the last name is never touched, but Cluster wants one in the same slot.
      return [...first(own, KEY_ENDINGS.length), record(own, key)];
    },
    writingAlone: (id, key) => {
      const own = session(id);
      return [own, record(own, key)];
    },
    // The owner is encoded so that no owner and key look like another pair.
    reservation: (owner, key) => `${reservations(owner)}${key}`,
    reservations,
    rate: (caller) => `${prefix}:rate:${caller}`,
    index: (userId) => `${prefix}:user:${userId}`,
    indexPrefix: `${prefix}:user:`,
    sessionPrefix: `${prefix}:{`,
    prefix: `${prefix}:`,
  };
}
