import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';
import { ManifestError, trustedDocuments, type TrustedDocuments } from '../transport/trusted-documents.ts';
import { unreadable } from './unreadable.ts';

/** @throws ConfigError when the file cannot be used. */
export function openTrustedDocuments(path: string | null): TrustedDocuments | null {
  if (path === null) return null;
  try {
    return trustedDocuments(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw unreadable('TRUSTED_DOCUMENTS', error);
    throw new ConfigError([
      `TRUSTED_DOCUMENTS must be a JSON file of documents by their ids. ${error.message}`,
    ]);
  }
}
