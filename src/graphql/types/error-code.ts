import type { ErrorCode } from '../../core/errors.ts';
import { builder } from '../builder.ts';

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  BAD_REQUEST: 'The request is no GraphQL request. Remedy: send a JSON object with a `query`.',
  GRAPHQL_PARSE_FAILED: 'The document has a syntax error.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  QUERY_TOO_COMPLEX: 'The document asks for too much at once.',
  BAD_USER_INPUT: 'A value can never be accepted; `path` names it. Remedy: change it.',
  UNAUTHENTICATED: 'No valid token.',
  FORBIDDEN: 'The viewer may not do this, whatever the state.',
  NOT_FOUND: "No such session, or not the viewer's: the two cannot be told apart.",
  CONFLICT:
    'The state is not what the write expected; `current` says what is there. Remedy: read again. Also an idempotency key that was used with another operation or input.',
  PAYLOAD_TOO_LARGE:
    'Larger than `limit`; `actual` says how large. Nothing was stored; only where it is the answer that is too large, which has no `actual`, a mutation was carried out.',
  CURSOR_EXPIRED:
    'The log no longer holds what the cursor names. Remedy: read the session again and use its `cursor`.',
  RATE_LIMITED: 'Too many requests. Retryable after `retryAfterMs`.',
  STORE_UNAVAILABLE: 'The store cannot be reached or refuses; nothing was written. Retryable.',
  STORE_TIMEOUT:
    'The store did not answer; of a write it is unknown whether it happened. Retryable, writes with the same idempotency key.',
  INTERNAL_SERVER_ERROR: 'A fault of the server; details are in its log only.',
};

builder.enumType('ErrorCode', {
  description:
    'What `extensions.code` of an error can be, on every transport. Every error also has `extensions.retryable`: true when the same request may succeed later unchanged (RATE_LIMITED, STORE_UNAVAILABLE, STORE_TIMEOUT). Where it helps it has `path`, `limit`, `actual`, `retryAfterMs`, `index` and `current`.',
  values: Object.fromEntries(
    Object.entries(MEANINGS).map(([code, description]) => [code, { value: code, description }]),
  ),
});
