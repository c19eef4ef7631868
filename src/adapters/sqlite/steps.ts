import { handoffRaw, type ItemEntry, type NewItem, type StoredItem } from '../../core/log.ts';
import type { AppendStep } from '../../core/store.ts';
import { keepCall, toolOf } from './calls.ts';
import { addItem, type Change } from './change.ts';
import type { Database } from './database.ts';

/** What a step added. */
export interface Taken {
  readonly entry: ItemEntry;
  /** The agent before a hand-off, on hand-offs alone. */
  readonly from?: string | null;
}

/** Takes one step; null when it changes nothing. `finishes` is the draft that becomes the step's item. */
export function takeStep(db: Database, change: Change, step: AppendStep, finishes?: string): Taken | null {
  const { session } = change;
  if (step.kind === 'agent') {
    if (step.name === session.agent) return null;
    const from = session.agent;
    session.agent = step.name;
    if (!session.agents.includes(step.name)) session.agents.push(step.name);
    const item = handoffItem(from, step.name);
    return { entry: addItem(db, change, { kind: 'item', item, from, finishes }), from };
  }
  const agent = step.item.agent ?? session.agent;
  const tool = step.item.resultOf === null ? null : toolOf(db, session.key, step.item.resultOf);
  const entry = addItem(db, change, { kind: 'item', item: storedItem(step.item, agent, tool), finishes });
  if (step.item.call !== null) keepCall(db, session.key, step.item.call, entry.id);
  return { entry };
}

export function storedItem(item: NewItem, agent: string | null, toolName: string | null): StoredItem {
  const { raw, dialect, role, metadata, derived, status } = item;
  return { raw, dialect, role, agent, metadata, derived, status, toolName, handoff: false };
}

export function handoffItem(from: string | null, to: string): StoredItem {
  return {
    raw: handoffRaw(from, to),
    dialect: 'AGENTS_JS',
    role: null,
    agent: to,
    metadata: '{}',
    derived: false,
    status: 'COMPLETED',
    toolName: null,
    handoff: true,
  };
}
