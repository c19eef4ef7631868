import type { Item } from '../../core/item.ts';

const TYPE_NAMES = {
  message: 'Message',
  call: 'ToolCall',
  result: 'ToolResult',
  reasoning: 'Reasoning',
  handoff: 'Handoff',
  other: 'OtherItem',
} as const satisfies Record<Item['shape']['kind'], string>;

/** The GraphQL type of an item. */
export function itemTypeName(item: Item): (typeof TYPE_NAMES)[keyof typeof TYPE_NAMES] {
  return TYPE_NAMES[item.shape.kind];
}
