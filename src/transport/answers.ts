import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Admission } from './admission.ts';
import { answer, answerTypeOf, notAcceptable, postOnly, refuse } from './http-answer.ts';
import type { Operations } from './operations.ts';
import { errorsOf, payloadOf } from './payload.ts';
import { readOperationRequest } from './request.ts';
import type { RequestRecord } from './request-record.ts';

export interface AnswersOptions {
  readonly admission: Admission;
  readonly operations: Operations;
}

/** Queries and mutations, one answer each: the shortest way from Node's request to the executor and back. */
export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, record: RequestRecord): Promise<void> {
    const { admission, operations } = this.#options;
    const type = answerTypeOf(request.headers.accept);
    try {
      if (type === null) throw notAcceptable(NO_TYPE);
      const { credential, bodyBytes } = await admission.admit(request);
      record.admit(credential);
      await operations.begin(credential);
      const asked = await readOperationRequest(request, bodyBytes, (bytes) =>
        operations.beginParsing(credential, bytes),
      );
      if (asked === null) return;
      const operation = operations.prepare(asked, credential);
      record.ask(operation);
      if (operation.type === OperationTypeNode.SUBSCRIPTION) throw notAcceptable(STREAM_ONLY);
      if (operation.type === OperationTypeNode.MUTATION && request.method === 'GET') throw postOnly();
      const payload = payloadOf(await operations.execute(operation), record.report);
      answer(response, record, 200, type, payload);
    } catch (error) {
      refuse(response, record, type ?? 'application/json', errorsOf(error));
    }
  }
}

const NO_TYPE =
  'An answer is JSON, or a stream: accept application/graphql-response+json, application/json or text/event-stream.';
const STREAM_ONLY =
  'A subscription is a stream: accept text/event-stream or multipart/mixed;subscriptionSpec="1.0", or use a WebSocket.';
