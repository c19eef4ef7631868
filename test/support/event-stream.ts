import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';

/** An HTTP answer that streams, read as text, to see what clients hide. */
export interface EventStream {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly contentType: string | undefined;
  /** What has come so far. */
  readonly text: string;
  /** `ended` when the server finished the answer in order, `broken` when the connection was cut. */
  readonly end: Promise<'ended' | 'broken'>;
  /** Takes nothing that comes, until `resume`. */
  pause(): void;
  resume(): void;
  /** Leaves. */
  abort(): void;
}

export interface EventStreamOptions {
  /** `text/event-stream` */
  readonly accept?: string;
  /** `POST` */
  readonly method?: 'GET' | 'POST';
  readonly lastEventId?: string;
  /** An Authorization header. */
  readonly authorization?: string;
  /** Others. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const ACCEPT_MULTIPART = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';

/** Sends an operation; resolves when the answer has begun. */
export async function openEventStream(
  endpoint: string,
  query: string,
  variables: object = {},
  {
    accept = 'text/event-stream',
    method = 'POST',
    lastEventId,
    authorization,
    headers = {},
  }: EventStreamOptions = {},
): Promise<EventStream> {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const sent = httpRequest(method === 'GET' ? `${endpoint}?${parameters.toString()}` : endpoint, {
    method,
    headers: {
      accept,
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      ...(authorization === undefined ? {} : { authorization }),
      ...headers,
    },
    agent: false,
  });
  sent.end(method === 'GET' ? undefined : JSON.stringify({ query, variables }));
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const end = new Promise<'ended' | 'broken'>((over) => {
        response.once('close', () => over(response.complete ? 'ended' : 'broken'));
      });
      // A connection that is cut is what `end` tells.
      sent.off('error', reject).on('error', () => undefined);
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode,
        headers: response.headers,
        contentType: response.headers['content-type'],
        get text() {
          return text;
        },
        end,
        pause: () => void response.pause(),
        resume: () => void response.resume(),
        abort: () => void sent.destroy(),
      });
    });
  });
}

/** The payloads of the `next` events in such a text. */
export function nextEvents(text: string): any[] {
  return text
    .split('\n\n')
    .filter((event) => event.includes('event: next'))
    .map((event) => JSON.parse(/^data: ([^\n]*)$/m.exec(event)?.[1] ?? ''));
}
