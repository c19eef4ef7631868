import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError, type ReportFault } from '../graphql/errors.ts';
import type { Admission } from './admission.ts';
import { answerJson, refuseRequest } from './http-refusal.ts';
import type { Hosts } from './hosts.ts';
import type { Origins } from './origins.ts';
import type { RequestRecord } from './request-record.ts';

/** What is measured, in the form in which Prometheus asks for it. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

export interface OperatorEndpointsOptions {
  readonly admission: Admission;
  readonly hosts: Hosts;
  readonly origins: Origins;
  /** Resolves when the store works; else throws. */
  readonly checkStore: () => Promise<void>;
  /** Whether the server is on its way out: no longer ready. */
  readonly isClosing: () => boolean;
  readonly expose: () => Promise<Exposition>;
  readonly report: ReportFault;
}

/** What supervisors, load balancers and Prometheus ask: `/health`, `/ready` and `/metrics`. */
export class OperatorEndpoints {
  readonly #options: OperatorEndpointsOptions;

  constructor(options: OperatorEndpointsOptions) {
    this.#options = options;
  }

  /** The process works. */
  health(response: ServerResponse): void {
    answerJson(response, 200, { status: 'ok' });
  }

  /** It can also serve. */
  async ready(response: ServerResponse): Promise<void> {
    const { isClosing, checkStore, report } = this.#options;
    if (isClosing()) return answerJson(response, 503, { status: 'closing' });
    try {
      await checkStore();
    } catch (error) {
      report(error);
      return answerJson(response, 503, { status: 'store unavailable' });
    }
    // It may have been told to end meanwhile.
    if (isClosing()) return answerJson(response, 503, { status: 'closing' });
    answerJson(response, 200, { status: 'ready' });
  }

  /** How much goes on tells of all users: it is for services alone, and for no page of another origin. */
  async metrics(request: IncomingMessage, response: ServerResponse, record: RequestRecord): Promise<void> {
    const { admission, hosts, origins, expose } = this.#options;
    const fault = hosts.faultOf(request);
    if (fault !== null) return refuseRequest(response, record, fault.status, fault.message);
    if (!origins.isWelcome(request))
      return refuseRequest(response, record, 403, 'Pages may not ask for this.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuseRequest(response, record, 405, 'Use GET.');
    }
    try {
      const { credential } = await admission.admit(request);
      record.admit(credential);
      if (credential.viewer.kind !== 'SERVICE') {
        return refuseRequest(response, record, 403, 'Metrics are for services.');
      }
    } catch (error) {
      const { message, extensions } = clientError(error, record.report);
      const status = extensions.http?.status ?? 500;
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      return refuseRequest(response, record, status, message, extensions['code']);
    }
    const { contentType, text } = await expose();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : text);
  }
}
