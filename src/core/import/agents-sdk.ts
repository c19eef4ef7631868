import { parsePythonJson } from '../agents/python-json.ts';
import type { Limits } from '../limits.ts';
import type { Digest } from '../once.ts';
import type { AgentsSdkRecord } from './foreign.ts';
import { importedItem, type ImportedItem } from './imported-item.ts';

/**
 * An item of the Agents SDK as it is. Its place alone does not name it, since the SDK pops items and puts others in
 * their place: the digest of what stands there does.
 */
export function agentsSdkItem(record: AgentsSdkRecord, limits: Limits, digest: Digest): ImportedItem {
  const { key, index, json } = record;
  if (json === null) return { entry: `${key}[${index}]`, refused: 'it holds bytes that are no text' };
  const entry = `${key}[${index}] ${digest(json).slice(0, 12)}`;
  const raw = parsePythonJson(json);
  // The SDK passes over these, too.
  if (raw === undefined) return { entry, refused: 'it is no JSON' };
  return importedItem(entry, raw, {}, {}, limits);
}
