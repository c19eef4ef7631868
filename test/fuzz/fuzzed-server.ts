import { randomUUID } from 'node:crypto';
import { Api } from '../graphql/api-under-test.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { JWT_ENV, seconds, token, unsigned, claims } from '../transport/auth/tokens.ts';
import { together, NOBODYS, type Names } from './names.ts';

const KEY = 'service-key-of-these-tests';
/** What is written again says nothing new, and keeps a draft from being taken for abandoned, which takes a minute. */
const KEEP_MS = 20_000;
const DRAFT_TEXT = { sessionId: 'bob-session', offset: 0 };
const ALL = `userId title metadata currentAgent agentsUsed messageCount itemCount updatedAt expiresAt cursor
  drafts { id text reasoning } items(first: 1000) { nodes { id raw agent metadata } }`;

/** Whoever asks: with which tokens, and what they have heard of. */
export interface Asker {
  readonly tokens: readonly (string | null)[];
  readonly names: Names;
}

/** A built server with a session of a user who has a secret, and askers who know everything but that. */
export class FuzzedServer {
  readonly url: string;
  readonly secret: string;
  /** A user, who may learn nothing of the other; and whoever has no token that holds. */
  readonly askers: readonly Asker[];
  readonly #process: ServerProcess;
  readonly #service: Api;
  readonly #untouched: string;
  readonly #keeping: NodeJS.Timeout;

  private constructor(
    server: ServerProcess,
    service: Api,
    known: Omit<FuzzedServer, 'end'> & { untouched: string; keep: () => Promise<unknown> },
  ) {
    this.url = server.url;
    this.secret = known.secret;
    this.askers = known.askers;
    this.#process = server;
    this.#service = service;
    this.#untouched = known.untouched;
    this.#keeping = setInterval(() => void known.keep(), KEEP_MS);
  }

  /** Keeps sessions where the environment says. */
  static async start(env: Readonly<Record<string, string>>): Promise<FuzzedServer> {
    const auth = { ...JWT_ENV, AUTH: 'keys,jwt', SERVICE_KEYS: KEY, LIMIT_USER_RATE: '0' };
    const process = await startServer({ ...auth, LIMIT_SOCKETS_PER_USER: '1000', ...env });
    const service = new Api(() => process.endpoint, `Bearer ${KEY}`);
    const secret = randomUUID();
    const bobs = await newSession(service, 'bob', secret);
    const adas = await newSession(service, 'ada', 'nothing');
    const keep = () =>
      service.write('appendToMessage', { ...DRAFT_TEXT, draftId: bobs.draftId, text: secret });
    const untouched = JSON.stringify(await service.session('bob-session', ALL));
    const ada = { tokens: [await token({ sub: 'ada' })], names: together(together(bobs, adas), NOBODYS) };
    const stranger = { tokens: await badTokens(), names: ada.names };
    return new FuzzedServer(process, service, {
      url: process.url,
      secret,
      askers: [ada, ada, ada, stranger],
      untouched,
      keep,
    });
  }

  /** Ends it; gives what it has come to: what it logged, whether it was ready, whether anything of the other was touched. */
  async end(): Promise<{
    readonly ready: number;
    readonly log: string;
    readonly isUntouched: boolean;
    readonly code: number | null;
  }> {
    clearInterval(this.#keeping);
    const { status } = await fetch(`${this.url}/ready`);
    const now = JSON.stringify(await this.#service.session('bob-session', ALL));
    const { code, stdout, stderr } = await this.#process.terminate();
    const log = [stdout, stderr]
      .join('')
      .split('\n')
      .filter((line) => line !== '' && !/"level":30/.test(line))
      .join('\n');
    return { ready: status, log, isUntouched: now === this.#untouched, code };
  }
}

async function newSession(service: Api, userId: string, secret: string) {
  const id = `${userId}-session`;
  const key = `${userId}-key`;
  await service.create({ id, userId, title: secret, metadata: { secret } });
  await service.say(id, `${secret} question`, { idempotencyKey: key });
  const exchange = { sessionId: id, userMessage: secret, assistantResponse: secret, agentName: secret };
  const { items } = await service.write('storeExchange', exchange, 'items { id cursor }');
  const { draft } = await service.write('startMessage', { sessionId: id, agent: secret }, 'draft { id }');
  await service.write('appendToMessage', { sessionId: id, draftId: draft.id, text: secret, offset: 0 });
  const ids: string[] = [id, items[0].id, draft.id];
  const cursors: string[] = [items[0].cursor, items[1].cursor];
  return { ids, cursors, keys: [key], users: [userId], draftId: draft.id as string };
}

/** None of which is one. */
async function badTokens(): Promise<readonly (string | null)[]> {
  return [
    null,
    '',
    'nothing',
    KEY.slice(1),
    unsigned({ alg: 'none' }, claims({ sub: 'bob' })),
    await token({ sub: 'bob', exp: seconds() - 1 }),
    await token({ sub: 'bob', exp: undefined }),
    await token({ sub: 'bob', aud: 'another' }),
    await token({ sub: 'bob' }, { key: new TextEncoder().encode('another-secret-of-at-least-32-bytes') }),
  ];
}
