import type { ExecutionArgs } from 'graphql';
import { makeServer, type Context, type Server } from 'graphql-ws';
import { RateLimitedError, UnauthenticatedError } from '../core/errors.ts';
import { clientError, coded, forRequest, type ReportFault } from '../graphql/errors.ts';
import { bearerToken, type Authenticator, type Credential } from './auth/credential.ts';
import type { CredentialWatch } from './auth/credential-watch.ts';
import type { Intake } from './intake.ts';
import type { TransportLimits } from './limits.ts';
import type { Operation, Operations } from './operations.ts';
import { errorsOf, failure, Payload, payloadOf, toldErrors } from './payload.ts';
import type { Pending } from './pending.ts';
import type { Quota } from './quota.ts';
import { operationRequestOf } from './request.ts';
import type { RequestRecord, RequestRecords } from './request-record.ts';
import type { Subscriptions } from './subscriptions.ts';
import { runOnSocket, type SocketOutlet } from './websocket-outlet.ts';

export interface ProtocolOptions {
  readonly authenticator: Authenticator;
  readonly watch: CredentialWatch;
  readonly operations: Operations;
  readonly subscriptions: Subscriptions;
  readonly limits: TransportLimits;
  /** How many sockets, and subscriptions, a user may have. */
  readonly sockets: Quota;
  readonly quota: Quota;
  readonly pending: Pending;
  readonly records: RequestRecords;
  readonly report: ReportFault;
}

/** What is known of a socket. */
export interface Extra {
  /** Of the request that opened it, which is not kept. */
  readonly authorization: string | undefined;
  readonly traceparent: string | string[] | undefined;
  readonly outlet: SocketOutlet;
  readonly intake: Intake;
  readonly close: (code: number, reason: string) => void;
  /** Since `connection_init`. */
  credential?: Credential;
  /** Is told when the socket closes, at once when it has. */
  readonly onClose: (listener: () => void) => void;
  /** Operations that have begun and are not over. */
  running: number;
}

type SocketContext = Context<Record<string, unknown>, Extra>;

/** What an operation is run by: its socket, and the id that its client gave it. */
interface Running {
  readonly operation: Operation;
  readonly record: RequestRecord;
  readonly extra: Extra;
  readonly id: string;
}

/** Longest id of an operation: it stands in every message about it. */
const LONGEST_ID = 256;
/** When an operation may be over is not known; clients that ask at once would only be refused again. */
const RETRY_MS = 1_000;
/** Tells clients to come back later. */
const TRY_AGAIN_LATER = 1013;
/** Not admitted, or no longer: clients come back with a token that holds. */
const FORBIDDEN = 4403;

/** graphql-transport-ws over sockets that others open: who is admitted, and how its operations run. */
export function createProtocol(options: ProtocolOptions): Server<Extra> {
  const {
    authenticator,
    watch,
    operations,
    subscriptions,
    limits,
    sockets,
    quota,
    pending,
    records,
    report,
  } = options;

  const admit = async ({ extra, connectionParams = {} }: SocketContext): Promise<boolean> => {
    try {
      const credential = await authenticator.authenticate(tokenOf(connectionParams, extra.authorization));
      extra.onClose(sockets.take(credential));
      extra.onClose(watch.watch(credential, () => extra.close(FORBIDDEN, 'Token expired')));
      extra.credential = credential;
      return true;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      // Too many sockets, or keys that cannot be had: the token may be good.
      extra.close(TRY_AGAIN_LATER, 'Try again later');
      return false;
    }
  };

  const begin = ({ intake }: Extra): void => {
    pending.begin();
    intake.begin();
  };
  const settle = ({ intake }: Extra): void => {
    pending.settle();
    intake.end();
  };
  /** The answer goes out in the turns that follow. */
  const settleSoon = (extra: Extra): void => void setImmediate(settle, extra);

  return makeServer<Record<string, unknown>, Extra>({
    onConnect: admit,
    onSubscribe: async ({ extra }, id, payload) => {
      begin(extra);
      extra.running++;
      const { traceparent } = extra;
      const record = records.begin('graphql', 'websocket', { requestId: undefined, traceparent });
      try {
        const { credential } = extra;
        if (credential === undefined) throw new UnauthenticatedError();
        record.admit(credential);
        if (id.length > LONGEST_ID) {
          throw coded('BAD_REQUEST', `The id of an operation has at most ${LONGEST_ID} characters.`);
        }
        if (extra.running > limits.operationsPerSocket) throw new RateLimitedError(RETRY_MS);
        await record.run(() => operations.begin(credential));
        const operation = operations.prepare(operationRequestOf(payload), credential);
        record.ask(operation);
        return { ...operation.args, rootValue: { operation, record, extra, id } satisfies Running };
      } catch (error) {
        settleSoon(extra);
        extra.running--;
        // What is thrown here would close the socket, and with it every other operation on it.
        const told = errorsOf(error).map((one) => forRequest(clientError(one, record.report), record.id));
        record.fail(told[0]?.extensions['code']);
        record.end();
        return told;
      }
    },
    execute: async (args) => {
      const { operation, record, extra, id } = runningOf(args);
      try {
        const payload = await record.run(() => executed(operation, record, operations));
        return runOnSocket(record.tell(payload), extra.outlet, id, () => record.end());
      } finally {
        settleSoon(extra);
        extra.running--;
      }
    },
    subscribe: async (args) => {
      const { operation, record, extra, id } = runningOf(args);
      settle(extra);
      const { credential } = extra;
      let giveBack = (): void => undefined;
      const opened = await record.run(() =>
        openWithin(() => {
          if (credential !== undefined) giveBack = quota.take(credential);
          return subscriptions.open(operation);
        }, record.report),
      );
      const end = once(() => {
        giveBack();
        extra.running--;
        record.end();
      });
      if (opened instanceof Payload) return runOnSocket(record.tell(opened), extra.outlet, id, end);
      return runOnSocket(opened, extra.outlet, id, end, (sink) => record.follow(sink));
    },
    onError: (_context, _id, _payload, errors) => [...toldErrors(errors, report)],
  });
}

async function executed(
  operation: Operation,
  record: RequestRecord,
  operations: Operations,
): Promise<Payload> {
  try {
    return payloadOf(await operations.execute(operation), record.report);
  } catch (error) {
    return failure(errorsOf(error), record.report);
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

async function openWithin<T>(open: () => Promise<T>, report: ReportFault): Promise<T | Payload> {
  try {
    return await open();
  } catch (error) {
    return failure([error], report);
  }
}

function runningOf(args: ExecutionArgs): Running {
  return args.rootValue as Running;
}

/**
 * The token of `connection_init`, as `authorization` (with its scheme, in any spelling of the name) or `token` (without);
 * or that of the upgrade's own header, which browsers cannot set.
 */
function tokenOf(
  parameters: Readonly<Record<string, unknown>>,
  authorization: string | undefined,
): string | null {
  const { token } = parameters;
  if (typeof token === 'string') return token;
  return (
    bearerToken(parameters['authorization'] ?? parameters['Authorization']) ?? bearerToken(authorization)
  );
}
