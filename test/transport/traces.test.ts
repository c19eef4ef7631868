import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from '../graphql/api-under-test.ts';
import { follow, SESSION_EVENTS } from '../support/follow.ts';
import { httpAnswer } from '../support/http-answer.ts';
import { openSocket } from '../support/raw-socket.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { until } from '../support/until.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

/** A collector that keeps what it is sent. */
class Collector {
  readonly bodies: any[] = [];
  readonly requests: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.once('end', () => {
        this.requests.push({ url: request.url, headers: request.headers });
        this.bodies.push(JSON.parse(text));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): any[] {
    return this.bodies.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }: any) => scopeSpans.flatMap(({ spans }: any) => spans)),
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('traces', () => {
  const collector = new Collector();
  let server: RunningApp;
  let id: string;
  beforeAll(async () => {
    server = await startApp({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${await collector.listen()}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=planted-for-the-collector',
      OTEL_SERVICE_NAME: 'sessions-under-test',
    });
    const api = new Api(() => server.endpoint);
    id = await api.create();
    await httpAnswer(server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${TRACE}-${PARENT}-01`,
        'x-request-id': 'traced',
      },
      body: JSON.stringify({
        query: `mutation Say { addMessage(input: { sessionId: "${id}", role: USER, text: "planted" }) { message { text } } }`,
      }),
    });
    await httpAnswer(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-${PARENT}-00` },
      body: JSON.stringify({ query: '{ viewer { kind userId } }' }),
    });
    const follower = follow('WebSocket', server.endpoint, SESSION_EVENTS, { sessionId: id, after: '0' });
    await until('what was asked for', () => follower.results.length > 1);
    await api.say(id, 'planted');
    await until('what was asked for', () => follower.results.length > 2);
    await follower.stop();
    const socket = await openSocket(server.endpoint);
    await socket.init();
    socket.subscribe('a', 'mutation { clearSession(input: { id: "none" }) { session { id } } }');
    await until('what was asked for', () => socket.of('a').length > 0);
    socket.terminate();
    await httpAnswer(`${server.url}/health`);
    // What has not been sent yet is sent when a server ends.
    await server.stop();
  });
  afterAll(async () => {
    await collector.close();
  });

  const named = (name: string): any[] => collector.spans.filter((span) => span.name === name);

  it('are sent to the collector under the name of the server, with the headers that it asks for', () => {
    expect(collector.requests.length).toBeGreaterThan(0);
    for (const { url, headers } of collector.requests) {
      expect(url).toBe('/v1/traces');
      expect(headers['api-key']).toBe('planted-for-the-collector');
    }
    expect(JSON.stringify(collector.bodies[0].resourceSpans[0].resource)).toContain('sessions-under-test');
  });

  it('show a request within the trace that its client began, and the calls of the store within it', () => {
    const span = collector.spans.find(({ parentSpanId }) => parentSpanId === PARENT);
    expect(span).toMatchObject({ name: 'mutation addMessage', traceId: TRACE, kind: 2 });
    expect(span.attributes).toEqual(
      expect.arrayContaining([
        { key: 'request.id', value: { stringValue: 'traced' } },
        { key: 'agent_sessions.outcome', value: { stringValue: 'OK' } },
      ]),
    );
    const within = collector.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    expect(within.map(({ name, traceId }) => [name, traceId])).toEqual([['store append', TRACE]]);
  });

  it('leave out what the client did not sample, and what supervisors ask', () => {
    expect(named('query viewer')).toEqual([]);
    expect(named('request')).toEqual([]);
  });

  it('show the beginning of a subscription, and none of its events', () => {
    const [subscribed, ...others] = named('subscription sessionEvents');
    expect(others).toEqual([]);
    const within = collector.spans.filter(({ parentSpanId }) => parentSpanId === subscribed.spanId);
    expect(within.map(({ name }) => name)).toEqual(['store get']);
    expect(named('store read')).toEqual([]);
  });

  it('mark what failed', () => {
    const [failed] = named('mutation clearSession');
    expect(failed.status).toEqual({ code: 2 });
    expect(JSON.stringify(failed.attributes)).toContain('NOT_FOUND');
  });

  it('hold nothing of what was written', () => {
    expect(JSON.stringify(collector.bodies)).not.toContain('planted');
  });
});

describe('a collector that cannot be reached', () => {
  it('is told of, and keeps nobody from being answered or from ending', async () => {
    const server = await startApp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await new Api(() => server.endpoint).create();
    const begun = performance.now();
    await server.stop();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(server.logs).toContainEqual(expect.objectContaining({ msg: 'Traces could not be sent' }));
  });
});
