import { spawn, type ChildProcess } from 'node:child_process';
import { nextEvents, ACCEPT_MULTIPART } from './event-stream.ts';
import { MultipartParts } from './multipart-parts.ts';

/** What curl is run with, and how what it prints is read, on one transport. */
interface CurlFormat {
  readonly accept: string;
  /** Takes what was printed next, and gives the results in it. */
  reader(): (text: string) => readonly any[];
}

const FORMATS = {
  SSE: {
    accept: 'text/event-stream',
    reader() {
      let rest = '';
      return (text) => {
        const whole = (rest + text).lastIndexOf('\n\n') + 2;
        const events = (rest + text).slice(0, whole);
        rest = (rest + text).slice(whole);
        return nextEvents(events);
      };
    },
  },
  multipart: {
    accept: ACCEPT_MULTIPART,
    reader() {
      const parts = new MultipartParts();
      return (text) =>
        parts.push(text).flatMap((body) => {
          const { payload } = JSON.parse(body);
          return payload ? [payload] : [];
        });
    },
  },
} as const satisfies Record<string, CurlFormat>;

export interface Curled {
  readonly events: any[];
  /** Codes of the errors that it was answered with. */
  readonly refusals: string[];
  stop(): void;
}

/** Follows a session with `curl -N`, as a loop in a shell would: whenever it ends, again after the last cursor. */
export function followWithCurl(
  transport: keyof typeof FORMATS,
  url: string,
  query: string,
  sessionId: string,
): Curled {
  const { accept, reader }: CurlFormat = FORMATS[transport];
  const events: any[] = [];
  const refusals: string[] = [];
  let after = '0';
  let stopped = false;
  let running: ChildProcess;
  const run = (): void => {
    if (stopped) return;
    const body = JSON.stringify({ query, variables: { sessionId, after } });
    const headers = ['-H', `accept: ${accept}`, '-H', 'content-type: application/json'];
    running = spawn('curl', ['-sN', url, ...headers, '-d', body], { stdio: ['ignore', 'pipe', 'ignore'] });
    const read = reader();
    running.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const { data, errors = [] } of read(text)) {
        for (const { extensions } of errors) refusals.push(extensions.code);
        // What refuses an operation comes without data.
        if (data === null || data === undefined) continue;
        after = data.sessionEvents.cursor ?? after;
        events.push(data.sessionEvents);
        stopped ||= data.sessionEvents.__typename === 'SessionDeleted';
      }
    });
    // `close` comes when all that was printed has been read.
    running.once('close', () => setTimeout(run, 100));
  };
  run();
  return {
    events,
    refusals,
    stop() {
      stopped = true;
      running.kill();
    },
  };
}
