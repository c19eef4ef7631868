import { messageText } from '../agents/message.ts';
import { shapeOf } from '../agents/shape.ts';
import type { Digest } from '../once.ts';
import { canonicalJson, type JsonObject } from '../json.ts';
import type { ImportedItem } from './imported-item.ts';
import type { Said } from './repeats.ts';

/** What an imported item says, short enough that a long history of them can be held. */
export function saidOf(imported: ImportedItem, digest: Digest): Said {
  if ('refused' in imported) return { by: null, key: imported.entry };
  const raw = JSON.parse(imported.item.raw) as JsonObject;
  const shape = shapeOf(raw);
  const text = shape?.kind === 'message' ? messageText(raw) : '';
  if (shape?.kind !== 'message' || text === '') return { by: null, key: digest(canonicalJson(raw)) };
  const { role } = shape;
  return {
    by: role === 'USER' ? 'user' : role === 'ASSISTANT' ? 'assistant' : null,
    key: digest(`${role} ${text}`),
  };
}
