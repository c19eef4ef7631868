import type { IncomingMessage } from 'node:http';

/** The path that a request asks for, as it was sent: a target that is no path at all matches no route. */
export function pathOf(request: IncomingMessage): string {
  return request.url?.split('?', 1)[0] ?? '';
}
