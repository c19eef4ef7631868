import { Observable } from '../parts/observable.ts';

/** What the console shows the server, and whose conversations it asks for. */
export interface Credentials {
  /** null: none was asked for. */
  readonly token: string | null;
  /** The user that a service acts for; null: the one that the server says. */
  readonly userId: string | null;
  /** Whether the server has refused the token that it was shown. */
  readonly refused: boolean;
}

const TOKEN = 'agent-sessions.token';
const USER = 'agent-sessions.user';

/** Kept in this tab only, and gone with it: other tabs, other sites and the disk never see the token. */
export class CredentialsStore extends Observable<Credentials> {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    super({ token: storage.getItem(TOKEN), userId: storage.getItem(USER), refused: false });
    this.#storage = storage;
  }

  signIn(token: string): void {
    this.#keep(TOKEN, token);
    this.#keep(USER, null);
    this.set({ token, userId: null, refused: false });
  }

  actFor(userId: string | null): void {
    this.#keep(USER, userId);
    this.set({ ...this.value, userId });
  }

  /** The server wants another token, or one at all. */
  refuse(): void {
    this.#keep(TOKEN, null);
    this.set({ ...this.value, refused: true });
  }

  /** The page begins anew, so that nothing of what was typed or shown is left for the next one. */
  signOut(): void {
    this.#keep(TOKEN, null);
    this.#keep(USER, null);
    location.replace('/');
  }

  #keep(name: string, value: string | null): void {
    if (value === null) this.#storage.removeItem(name);
    else this.#storage.setItem(name, value);
  }
}
