import { createHash } from 'node:crypto';
import type { Digest } from '../core/once.ts';

/** SHA-256, base64url. */
export const digest: Digest = (text) => createHash('sha256').update(text).digest('base64url');
