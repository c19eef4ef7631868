import { checkedItem } from '../agents/new-item.ts';
import { BadUserInputError } from '../errors.ts';
import { checkedJsonObject, isJsonObject, type JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { RestoredItem, RestoredSession } from '../restored.ts';
import { isSessionId } from '../session.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from './format.ts';

/** What a line of an export says. */
export type ExportLine =
  | { readonly kind: 'session'; readonly session: RestoredSession; readonly itemCount: number }
  | { readonly kind: 'item'; readonly item: RestoredItem }
  | { readonly kind: 'end of session'; readonly items: number }
  | { readonly kind: 'end'; readonly sessions: number };

/** Reads the lines of an export, each for itself. */
export class ExportParser {
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws BadUserInputError for what is no export, or one of another version. */
  header(line: string): void {
    const { format, version } = objectOf(line);
    if (format !== EXPORT_FORMAT) throw new BadUserInputError('This is no export of agent-sessions.');
    if (version === EXPORT_VERSION) return;
    throw new BadUserInputError(
      `This export has the version ${JSON.stringify(version)}; known is ${EXPORT_VERSION}. Use the server that wrote it, or a newer one.`,
    );
  }

  /** @throws BadUserInputError, PayloadTooLargeError. */
  line(line: string): ExportLine {
    const { session, item, end } = objectOf(line);
    if (isJsonObject(session)) return this.#session(session);
    if (isJsonObject(item)) return { kind: 'item', item: this.#item(item) };
    if (isJsonObject(end) && 'items' in end) return { kind: 'end of session', items: count(end, 'items') };
    if (isJsonObject(end)) return { kind: 'end', sessions: count(end, 'sessions') };
    throw new BadUserInputError('it is no session, no item and no end');
  }

  #session(given: JsonObject): ExportLine {
    const { id, agentsUsed } = given;
    if (typeof id !== 'string' || !isSessionId(id)) throw new BadUserInputError('id is none of a session');
    if (!Array.isArray(agentsUsed)) throw new BadUserInputError('agentsUsed is no list');
    const session: RestoredSession = {
      id,
      userId: this.#name(given['userId'], 'userId'),
      title: given['title'] === null ? null : textOf(given['title'], 'title', this.#limits.titleLength),
      metadata: JSON.parse(this.#metadata(given['metadata'])) as JsonObject,
      expiresAfter: this.#bound(given, 'expiresAfter', this.#limits.expiresAfter),
      maxItems: this.#bound(given, 'maxItems', this.#limits.maxItems),
      currentAgent: this.#agent(given['currentAgent']),
      agentsUsed: agentsUsed.map((agent: unknown) => this.#name(agent, 'agentsUsed')),
      createdAt: timeOf(given['createdAt'], 'createdAt'),
      updatedAt: timeOf(given['updatedAt'], 'updatedAt'),
    };
    return { kind: 'session', session, itemCount: count(given, 'itemCount') };
  }

  #item(given: JsonObject): RestoredItem {
    const { handoff, toolName } = given;
    const { value, raw, shape } = checkedItem(
      given['raw'],
      { name: 'raw', details: { path: ['raw'] } },
      this.#limits,
    );
    const from = value['from'];
    return {
      item: {
        raw,
        dialect: given['dialect'] === 'RESPONSES' ? 'RESPONSES' : 'AGENTS_JS',
        role: shape.kind === 'message' ? shape.role : null,
        agent: this.#agent(given['agent']),
        metadata: this.#metadata(given['metadata']),
        derived: given['derived'] === true,
        status: given['status'] === 'INTERRUPTED' ? 'INTERRUPTED' : 'COMPLETED',
        toolName: toolName === null ? null : textOf(toolName, 'toolName', Number.POSITIVE_INFINITY),
        handoff: handoff === true,
      },
      at: timeOf(given['createdAt'], 'createdAt'),
      call: shape.kind === 'call' && handoff !== true ? { id: shape.callId, name: shape.name } : null,
      ...(handoff === true && { from: typeof from === 'string' ? from : null }),
    };
  }

  #metadata(value: unknown): string {
    const { metadataBytes: maxBytes, metadataDepth: maxDepth } = this.#limits;
    return checkedJsonObject(value, { name: 'metadata', maxBytes, maxDepth });
  }

  #agent(value: unknown): string | null {
    return value === null ? null : this.#name(value, 'agent');
  }

  #name(value: unknown, name: string): string {
    const text = textOf(value, name, this.#limits.nameLength);
    if (text === '') throw new BadUserInputError(`${name} is empty`);
    return text;
  }

  #bound(given: JsonObject, name: string, most: number): number | null {
    if (given[name] === null) return null;
    const value = count(given, name);
    if (value >= 1 && value <= most) return value;
    throw new BadUserInputError(`${name} is not 1 to ${most}`);
  }
}

function objectOf(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new BadUserInputError('it is no JSON', {}, { cause });
  }
  if (!isJsonObject(value)) throw new BadUserInputError('it is no JSON object');
  return value;
}

function textOf(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw new BadUserInputError(`${name} is no text`);
  if (value.length > most) throw new BadUserInputError(`${name} has more than ${most} characters`);
  return value;
}

/** Milliseconds since 1970, from RFC 3339. */
function timeOf(value: unknown, name: string): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (time >= 0) return time;
  throw new BadUserInputError(`${name} is no time since 1970`);
}

function count(given: JsonObject, name: string): number {
  const value = given[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new BadUserInputError(`${name} is no whole number`);
}
