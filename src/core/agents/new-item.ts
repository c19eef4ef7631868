import { BadUserInputError } from '../errors.ts';
import { checkBytes, isJsonObject, jsonFault, type JsonObject } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { ItemDialect, MessageRole, MessageStatus, NewItem } from '../log.ts';
import { isMessageContent, messageParts } from './message.ts';
import { shapeOf, type ItemShape } from './shape.ts';

/** What the writer of an item says about it, beside the item. */
export interface ItemContext {
  readonly dialect: ItemDialect;
  /** null: the agent that is current where the item comes to stand. */
  readonly agent: string | null;
  /** JSON text of an object. */
  readonly metadata: string;
}

/**
 * Checks items that a client wrote and makes them ready for the log.
 * `name` is what the list is called in the input.
 * @throws BadUserInputError or PayloadTooLargeError with the `index` of the first one at fault.
 */
export function newItems(
  values: readonly unknown[],
  context: ItemContext,
  limits: Limits,
  name = 'items',
): NewItem[] {
  if (values.length === 0) {
    throw new BadUserInputError(`${name} is empty: there is nothing to write.`, { path: [name] });
  }
  if (values.length > limits.itemsPerWrite) {
    throw new BadUserInputError(`One write holds at most ${limits.itemsPerWrite} items.`, {
      path: [name],
      limit: limits.itemsPerWrite,
      actual: values.length,
    });
  }
  return values.map((value, index) => newItem(value, inList(name, index), context, limits));
}

/** Where an item stands in the input. */
export interface ItemPlace {
  /** What messages call it. */
  readonly name: string;
  readonly details: { readonly path: readonly (string | number)[]; readonly index?: number };
}

export function inList(name: string, index: number): ItemPlace {
  return { name: `${name}[${index}]`, details: { path: [name, index], index } };
}

/** The same for one item. Throws as `checkedItem` does, and for a message of spaces. */
export function newItem(value: unknown, place: ItemPlace, context: ItemContext, limits: Limits): NewItem {
  const item = checkedItem(value, place, limits);
  if (item.shape.kind === 'message' && isBlank(item.value)) {
    throw new BadUserInputError(`${place.name} is a message that is only spaces.`, place.details);
  }
  return itemFor(item, { ...context, derived: false });
}

/** An item that a store can hold and readers can show. */
export interface CheckedItem {
  readonly value: JsonObject;
  /** Its JSON text. */
  readonly raw: string;
  readonly shape: ItemShape;
}

/** @throws BadUserInputError or PayloadTooLargeError that names the place. */
export function checkedItem(value: unknown, { name, details }: ItemPlace, limits: Limits): CheckedItem {
  const reject = (reason: string): never => {
    throw new BadUserInputError(`${name} ${reason}.`, details);
  };
  if (!isJsonObject(value)) return reject('is no JSON object');
  const fault = jsonFault(value, limits.itemDepth);
  if (fault !== null) return reject(fault);
  const raw = JSON.stringify(value);
  checkBytes(raw, limits.itemBytes, name, details.index === undefined ? {} : { index: details.index });
  const shape = shapeOf(value);
  if (shape === null) return reject('has neither a type nor the role of a message');
  if (shape.kind === 'message' && !isMessageContent(value['content'])) {
    return reject('has a content that is no text and no list of parts');
  }
  return { value, raw, shape };
}

/** The form in which the log takes an item. */
export function itemFor(
  { raw, shape }: Pick<CheckedItem, 'raw' | 'shape'>,
  context: ItemContext & { readonly derived: boolean },
): NewItem {
  return {
    ...context,
    raw,
    role: shape.kind === 'message' ? shape.role : null,
    status: 'COMPLETED',
    call: shape.kind === 'call' ? { id: shape.callId, name: shape.name } : null,
    resultOf: shape.kind === 'result' && shape.name === null ? shape.callId : null,
  };
}

/** Only spaces, and not nothing at all: models do answer with an empty content, and that is kept. */
function isBlank(message: JsonObject): boolean {
  const texts = messageParts(message).map((part) =>
    part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : null,
  );
  return texts.some((text) => text !== '') && texts.every((text) => text?.trim() === '');
}

/** The item that a plain text message becomes, in the form that the Agents SDK writes it. */
export function textItem(
  role: MessageRole,
  text: string,
  context: Omit<ItemContext, 'dialect'>,
  status: MessageStatus = 'COMPLETED',
): NewItem {
  return {
    dialect: textDialect(role),
    agent: context.agent,
    metadata: context.metadata,
    derived: false,
    raw: rawText(role, JSON.stringify(text), status),
    role,
    status,
    call: null,
    resultOf: null,
  };
}

/** AGENTS_JS has no developer messages. */
export function textDialect(role: MessageRole): ItemDialect {
  return role === 'DEVELOPER' ? 'RESPONSES' : 'AGENTS_JS';
}

/** What a model thought, in the form of that dialect. */
export function reasoningItem(text: string, agent: string | null, dialect: ItemDialect): NewItem {
  const raw =
    dialect === 'AGENTS_JS'
      ? { type: 'reasoning', content: [{ type: 'input_text', text }] }
      : { type: 'reasoning', summary: [{ type: 'summary_text', text }] };
  const item = { raw: JSON.stringify(raw), shape: { kind: 'reasoning', summary: text } as const };
  return itemFor(item, { agent, metadata: '{}', dialect, derived: false });
}

/** By hand, since most of what is written is this. */
function rawText(role: MessageRole, json: string, status: MessageStatus): string {
  switch (role) {
    case 'ASSISTANT': {
      const said = status === 'COMPLETED' ? 'completed' : 'incomplete';
      return `{"type":"message","role":"assistant","status":"${said}","content":[{"type":"output_text","text":${json}}]}`;
    }
    case 'USER':
      return `{"type":"message","role":"user","content":${json}}`;
    case 'SYSTEM':
      return `{"type":"message","role":"system","content":${json}}`;
    case 'DEVELOPER':
      return `{"type":"message","role":"developer","content":${json}}`;
  }
}
