import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from './loopback.ts';

export interface HostsOptions {
  /** Whether everybody may do everything. */
  readonly isOpen: boolean;
  /** Origins whose names the server may be called by, too. */
  readonly corsOrigins: readonly string[];
}

/**
 * By which names the server may be called. A page can give a name of its own the address of this machine, and is then one
 * of the server itself for its browser; where nobody needs a token, only the name tells.
 */
export class Hosts {
  readonly #isOpen: boolean;
  readonly #named: ReadonlySet<string>;
  #address = '';
  /** The last name that was right: it is nearly always the next one, too. */
  #right: string | undefined;

  constructor({ isOpen, corsOrigins }: HostsOptions) {
    this.#isOpen = isOpen;
    this.#named = new Set(corsOrigins.map((origin) => new URL(origin).hostname));
  }

  listenOn(address: string): void {
    this.#address = address;
  }

  /** What is wrong with the name that a request calls the server by; null: nothing. */
  faultOf(request: IncomingMessage): HostFault | null {
    const { host } = request.headers;
    // Browsers always send it.
    if (host === undefined || host === this.#right) return null;
    if (!URL.canParse(`http://${host}`)) return NO_HOST;
    if (this.#isOpen && !this.#isOwn(new URL(`http://${host}`).hostname)) {
      return isLoopback(this.#address) || mayBeOfPage(request) ? ANOTHER_HOST : null;
    }
    this.#right = host;
    return null;
  }

  /** Whether nobody else can have given this machine that name: an address is no name, and pages have names with dots. */
  #isOwn(name: string): boolean {
    if (isLoopback(name) || this.#named.has(name)) return true;
    if (isLoopback(this.#address)) return false;
    return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.');
  }
}

/** Browsers say which page it is that writes or opens a WebSocket, and not which one reads. */
function mayBeOfPage({ method, headers: { origin, upgrade } }: IncomingMessage): boolean {
  return origin !== undefined || (method === 'GET' && upgrade === undefined);
}

export interface HostFault {
  readonly status: 400 | 421;
  readonly reason: string;
  readonly message: string;
}

const NO_HOST: HostFault = {
  status: 400,
  reason: 'Bad Request',
  message: 'The Host header names no host.',
};

const ANOTHER_HOST: HostFault = {
  status: 421,
  reason: 'Misdirected Request',
  message:
    'With AUTH=none pages reach the server by names of its own machine only, and by those that CORS_ORIGINS names.',
};
