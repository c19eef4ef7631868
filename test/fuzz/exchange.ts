import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { nextEvents } from '../support/event-stream.ts';
import { MultipartParts } from '../support/multipart-parts.ts';
import { isObject, type Heard } from './answers.ts';
import type { AnyRequest } from './any-request.ts';

/** A stream is left when nothing has come for so many milliseconds. */
const QUIET_MS = 40;
/** An answer that has not come by then never will. */
const PATIENCE_MS = 10_000;

const agent = new Agent({ keepAlive: true });

/** Asks, and hears the answer to its end; of a stream, what comes at once. */
export async function overHttp(url: string, { path, method, headers, body }: AnyRequest): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}${path}`, { method, headers, agent, timeout: PATIENCE_MS });
    sent.once('timeout', () => sent.destroy(new Error('No answer came.')));
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      const settle = (): void => {
        clearTimeout(quiet);
        const type = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode, text, results: resultsIn(type, text) });
      };
      const leave = (): void => {
        settle();
        sent.off('error', reject).on('error', () => undefined);
        sent.destroy();
      };
      const quiet = isStream(response) ? setTimeout(leave, QUIET_MS) : undefined;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        quiet?.refresh();
      });
      response.once('end', settle);
      response.once('error', settle);
    });
    sent.end(body);
  });
}

/** Says the first, the others at once when that is answered, and hears what comes of it. */
export async function overWebSocket(url: string, messages: readonly (string | Buffer)[]): Promise<Heard> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const texts: string[] = [];
  return new Promise((resolve, reject) => {
    const settle = (closed?: number): void => {
      clearTimeout(quiet);
      const results = texts
        .map((text) => JSON.parse(text) as unknown)
        .map((one) => (isObject(one) ? one['payload'] : one));
      resolve({ text: texts.join('\n'), results, closed });
      socket.terminate();
    };
    let quiet: NodeJS.Timeout | undefined;
    let isAllSaid = false;
    const sayTheRest = (): void => {
      if (isAllSaid) return settle();
      isAllSaid = true;
      for (const message of messages.slice(1)) socket.send(message);
      quiet = setTimeout(settle, QUIET_MS);
    };
    socket.once('error', reject);
    socket.once('open', () => {
      for (const message of messages.slice(0, 1)) socket.send(message);
      quiet = setTimeout(() => (texts.length === 0 ? sayTheRest() : settle()), QUIET_MS);
    });
    socket.on('message', (data: Buffer) => {
      texts.push(data.toString());
      if (texts.length === 1) sayTheRest();
      quiet?.refresh();
    });
    socket.once('close', settle);
  });
}

function isStream({ headers }: IncomingMessage): boolean {
  return /^(text\/event-stream|multipart)/.test(headers['content-type'] ?? '');
}

function resultsIn(type: string, text: string): readonly unknown[] {
  if (type.startsWith('text/event-stream')) return nextEvents(text);
  if (type.startsWith('multipart')) {
    return new MultipartParts().push(text).map((body) => (JSON.parse(body) as { payload?: unknown }).payload);
  }
  return /json/.test(type) && text !== '' ? [JSON.parse(text) as unknown] : [];
}
