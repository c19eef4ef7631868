import { useId, type ReactNode } from 'react';
import type { Item } from 'agent-sessions/client';
import { CopyButton } from '../parts/copy-button.tsx';
import { Icon } from '../parts/icon.tsx';
import { clockTime } from '../parts/moment.tsx';
import { useFold } from './fold.tsx';
import { ItemDetails } from './item-details.tsx';
import { useSessionActions } from './session-actions.ts';

export interface ItemActionsProps {
  readonly item: Item;
  readonly sessionId: string;
  readonly title: string | null;
  /** What is copied. */
  readonly text: string;
  readonly children: ReactNode;
}

/** An item, with what can be done with it: shown to who points at it, or comes by with the keyboard. */
export function ItemActions({ item, sessionId, title, text, children }: ItemActionsProps) {
  const [open, toggle] = useFold(`${item.id} details`);
  const id = useId();
  const actions = useSessionActions();
  return (
    <div className="item">
      {children}
      <div className="actions">
        <button
          type="button"
          className="quiet"
          title={`${new Date(item.createdAt).toLocaleString()}: details`}
          aria-label={`Details, ${clockTime(item.createdAt)}`}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={toggle}
        >
          <time dateTime={item.createdAt}>{clockTime(item.createdAt)}</time>
          <Icon name="info" />
        </button>
        <CopyButton text={text} what="text" isBare />
        <button
          type="button"
          className="quiet"
          title="Fork the conversation from here"
          aria-label="Fork from here"
          onClick={() => void actions.fork(sessionId, title, item.cursor)}
        >
          <Icon name="fork" />
        </button>
      </div>
      {open && <ItemDetails id={id} item={item} />}
    </div>
  );
}
