import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IssuerKey } from './tokens.ts';

/** An issuer of tokens that publishes its keys on this machine. */
export interface Issuer {
  /** Where its keys are. */
  readonly url: string;
  /** How often they were asked for. */
  readonly requests: number;
  /** What it publishes from now on. */
  publish(...keys: readonly IssuerKey[]): void;
  /** Answers with this from now on; `publish` makes an end of it. */
  answer(status: number, body: string): void;
  /** Answers nothing until it is told to publish. */
  fallSilent(): void;
  stop(): Promise<void>;
}

export async function startIssuer(...first: readonly IssuerKey[]): Promise<Issuer> {
  let requests = 0;
  let reply: { readonly status: number; readonly body: string } | null = null;
  let waiting: (() => void)[] = [];
  const publish = (...keys: readonly IssuerKey[]): void => {
    reply = { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) };
    for (const go of waiting) go();
    waiting = [];
  };
  publish(...first);
  const server = createServer((_request, response) => {
    requests++;
    const answer = (): void => {
      const { status = 500, body = '' } = reply ?? {};
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
    if (reply === null) waiting.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    get requests() {
      return requests;
    },
    publish,
    answer: (status, body) => void (reply = { status, body }),
    fallSilent: () => void (reply = null),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
