import { StoreUnavailableError } from '../../core/errors.ts';

/** Primary result codes that tell of the machine and not of a fault in this program. */
const UNAVAILABLE = /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)(?:_|$)/;

/** The error to pass on: StoreUnavailableError for what the machine refused, everything else as it is. */
export function storeErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (!UNAVAILABLE.test(error.code)) return error;
  return new StoreUnavailableError(
    'The database cannot be used at the moment. Try again.',
    {},
    { cause: error },
  );
}
