import type { Fetch } from '../../src/client/index.ts';

/** What happens to one request. */
export type Fault =
  /** It never reaches the server. */
  | { readonly kind: 'refused' }
  /** The server does it, and its answer is lost. */
  | { readonly kind: 'reply lost' }
  /** Somebody on the way answers instead. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** It stays without an answer, whatever its signal says. */
  | { readonly kind: 'silence' };

export interface SentRequest {
  readonly query: string;
  readonly variables: { readonly input?: Readonly<Record<string, unknown>> };
  readonly authorization: string | null;
}

export interface FaultyFetch {
  readonly fetch: Fetch;
  /** What was sent, the faulty ones included. */
  readonly sent: SentRequest[];
  /** The faults of the next requests, in order; then all goes well. */
  next(...faults: readonly Fault[]): void;
}

/** The real way to a server, which does not always work. */
export function faultyFetch(real: Fetch): FaultyFetch {
  const sent: SentRequest[] = [];
  const faults: Fault[] = [];
  return {
    sent,
    next: (...more) => void faults.push(...more),
    async fetch(url, init) {
      const authorization = new Headers(init.headers).get('authorization');
      if (typeof init.body !== 'string') throw new TypeError('The client sends text.');
      sent.push({ ...JSON.parse(init.body), authorization });
      const fault = faults.shift();
      switch (fault?.kind) {
        case undefined:
          return real(url, init);
        case 'refused':
          throw new TypeError('fetch failed');
        case 'reply lost':
          await (await real(url, init)).text();
          throw new TypeError('terminated');
        case 'answered':
          return new Response(fault.body, { status: fault.status, headers: fault.headers ?? {} });
        case 'silence':
          return new Promise(() => undefined);
      }
    },
  };
}

/** An error as a server of agent-sessions gives it. */
export function serverFault(extensions: Readonly<Record<string, unknown>>): Fault {
  const errors = [{ message: 'Told by a test.', extensions }];
  return { kind: 'answered', status: 200, body: JSON.stringify({ data: null, errors }) };
}
