import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { ReportFault } from '../graphql/errors.ts';
import type { Admission } from './admission.ts';
import { answer, answerTypeOf, notAcceptable, postOnly, refuse } from './http-answer.ts';
import type { Operations } from './operations.ts';
import { errorsOf, payloadOf } from './payload.ts';
import { readOperationRequest } from './request.ts';

export interface AnswersOptions {
  readonly admission: Admission;
  readonly operations: Operations;
  readonly report: ReportFault;
}

/** Queries and mutations, one answer each: the shortest way from Node's request to the executor and back. */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { admission, operations, report } = this.#options;
    const type = answerTypeOf(request.headers.accept);
    try {
      if (type === null) throw notAcceptable(NO_TYPE);
      const { credential, bodyBytes } = await admission.admit(request);
      await operations.begin(credential);
      const asked = await readOperationRequest(request, bodyBytes, (bytes) =>
        operations.beginParsing(credential, bytes),
      );
      if (asked === null) return;
      const operation = operations.prepare(asked, credential);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) throw notAcceptable(STREAM_ONLY);
      if (operation.type === OperationTypeNode.MUTATION && request.method === 'GET') throw postOnly();
      answer(response, 200, type, payloadOf(await operations.execute(operation), report));
    } catch (error) {
      refuse(response, type ?? 'application/json', errorsOf(error), report);
    }
  }
}

const NO_TYPE =
  'An answer is JSON, or a stream: accept application/graphql-response+json, application/json or text/event-stream.';
const STREAM_ONLY =
  'A subscription is a stream: accept text/event-stream or multipart/mixed;subscriptionSpec="1.0", or use a WebSocket.';
