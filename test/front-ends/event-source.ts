import { mayRetry, pause, SESSION_EVENTS, type Data, type FollowOptions } from './session-events.ts';

/** What browsers have of it. */
declare const EventSource: {
  new (url: string): {
    readonly readyState: number;
    onerror: (() => void) | null;
    addEventListener(type: string, listener: (event: { readonly data: string }) => void): void;
    close(): void;
  };
  readonly CLOSED: number;
};

/** Without any client: a browser comes back by itself, with the id of the last event, which is its cursor. */
export function followWithEventSource({
  url,
  sessionId,
  after,
  onEvent,
  onError,
}: FollowOptions): () => void {
  let tries = 0;
  let close = (): void => {};
  const open = (): void => {
    const variables = JSON.stringify({ sessionId, after });
    const source = new EventSource(
      `${url}?${new URLSearchParams({ query: SESSION_EVENTS, variables }).toString()}`,
    );
    let left = false;
    close = () => {
      left = true;
      source.close();
    };
    const again = (): void => {
      close();
      void pause(tries++).then(open);
    };
    source.addEventListener('next', (event) => {
      const { data, errors }: { data: Data | null; errors?: unknown[] } = JSON.parse(event.data);
      if (data) {
        tries = 0;
        after = data.sessionEvents.cursor ?? after;
        onEvent(data.sessionEvents);
      } else if (mayRetry(errors)) again();
      else onError(errors);
    });
    source.addEventListener('complete', close);
    source.onerror = () => {
      // It gives up when it is answered with anything but a stream, as by a proxy whose server is away.
      if (!left && source.readyState === EventSource.CLOSED) again();
    };
  };
  open();
  return () => close();
}
