import { messageParts, messageText, type MessagePart } from './agents/message.ts';
import { shapeOf, type ItemShape } from './agents/shape.ts';
import { cursorOf, itemIdOf } from './cursor.ts';
import type { JsonObject } from './json.ts';
import type { ItemEntry, StoredItem } from './log.ts';

export interface HandoffShape {
  readonly kind: 'handoff';
  readonly from: string | null;
  readonly to: string;
}

/** An item that is known to be of one kind. */
export type ItemOf<Kind extends (ItemShape | HandoffShape)['kind']> = Item & {
  readonly shape: Extract<ItemShape | HandoffShape, { readonly kind: Kind }>;
};

/** One item of a session's log, as readers see it. What must be parsed for it is parsed once, when first asked for. */
export class Item {
  readonly sessionId: string;
  readonly entry: ItemEntry;
  #raw: JsonObject | undefined;
  #text: string | undefined;
  #shape: ItemShape | HandoffShape | undefined;

  constructor(sessionId: string, entry: ItemEntry) {
    this.sessionId = sessionId;
    this.entry = entry;
  }

  get id(): string {
    return itemIdOf(this.sessionId, this.entry.id);
  }

  get cursor(): string {
    return cursorOf(this.sessionId, this.entry.id);
  }

  get createdAt(): number {
    return this.entry.at;
  }

  get stored(): StoredItem {
    return this.entry.item;
  }

  /** The item exactly as it was written. */
  get raw(): JsonObject {
    return (this.#raw ??= JSON.parse(this.entry.item.raw) as JsonObject);
  }

  get metadata(): JsonObject {
    return JSON.parse(this.entry.item.metadata) as JsonObject;
  }

  /** What the item is; a hand-off only when the store wrote it as one, never because it looks like one. */
  get shape(): ItemShape | HandoffShape {
    return (this.#shape ??= this.entry.item.handoff
      ? handoffShape(this.raw)
      : (shapeOf(this.raw) ?? UNKNOWN));
  }

  /** Of a message: all its text, joined by newlines. */
  get text(): string {
    return (this.#text ??= messageText(this.raw));
  }

  get parts(): readonly MessagePart[] {
    return messageParts(this.raw);
  }
}

const UNKNOWN: ItemShape = { kind: 'other', type: '' };

function handoffShape(raw: JsonObject): HandoffShape {
  const { from, to } = raw;
  return {
    kind: 'handoff',
    from: typeof from === 'string' ? from : null,
    to: typeof to === 'string' ? to : '',
  };
}
