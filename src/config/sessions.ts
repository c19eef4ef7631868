import { LIMITS } from '../core/limits.ts';
import type { SessionDefaults } from '../core/sessions.ts';
import type { Variable } from './variable.ts';

const EXPIRES_AFTER = 'SESSION_EXPIRES_AFTER';
const MAX_ITEMS = 'SESSION_MAX_ITEMS';

export const sessionVariables: readonly Variable[] = [
  {
    name: EXPIRES_AFTER,
    default: '',
    description:
      'Seconds without a write after which sessions are removed whose creator says nothing of it (expiresAfter absent; null is never). Sessions that are there stay as they are. Empty: they are kept.',
  },
  {
    name: MAX_ITEMS,
    default: '',
    description:
      'How many items sessions keep, the newest, whose creator says nothing of it (maxItems absent; null is all). Sessions that are there stay as they are. Empty: all.',
  },
];

/** How sessions are kept whose creator does not say; what is wrong is added to `problems`. */
export function parseSessionDefaults(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): SessionDefaults {
  const number = (name: string, most: number): number | null => {
    const text = env[name] ?? '';
    if (text === '') return null;
    if (/^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
    problems.push(`${name} must be a whole number from 1 to ${most}.`);
    return null;
  };
  return Object.freeze({
    expiresAfter: number(EXPIRES_AFTER, LIMITS.expiresAfter),
    maxItems: number(MAX_ITEMS, LIMITS.maxItems),
  });
}
