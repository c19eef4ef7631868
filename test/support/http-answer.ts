import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** An HTTP answer as it came, and how it was asked for. */
export interface HttpAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAsked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** An answer without the one thing in which two that are the same differ. */
export function withoutRequestIds(text: string): string {
  return text.replaceAll(/,?"requestId":"[A-Za-z0-9._-]{1,128}"/g, '');
}

/** One request with exactly these headers: what `fetch` would add, forbid or hide is none of its business. */
export async function httpAnswer(
  url: string,
  { method = 'GET', headers = {}, body }: HttpAsked = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: text });
      });
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
