import { useDeferredValue } from 'react';
import type { MessageDraft } from 'agent-sessions/client';
import { Markdown } from '../markdown/markdown.tsx';
import { Fold } from './fold.tsx';
import { ItemActions } from './item-actions.tsx';
import { MessageText } from './message-text.tsx';
import { Preview } from './preview.tsx';
import type { Row } from './rows.ts';

export interface ReasoningRowProps {
  readonly row: Extract<Row, { kind: 'reasoning' }>;
  readonly sessionId: string;
  readonly title: string | null;
}

/** What a model thought: one line until it is asked for. */
export function ReasoningRow({ row, sessionId, title }: ReasoningRowProps) {
  const { summary } = row.item;
  return (
    <ItemActions item={row.item} sessionId={sessionId} title={title} text={summary}>
      {summary === '' ? (
        <p className="fold-line faint small">Thought, and kept it to itself</p>
      ) : (
        <Thought name={row.key} text={summary} isGrowing={false} />
      )}
    </ItemActions>
  );
}

export function DraftReasoningRow({ row }: { readonly row: Extract<Row, { kind: 'draft reasoning' }> }) {
  const { reasoning, text } = row.draft;
  return (
    <div className="item">
      <Thought name={row.key} text={reasoning} isGrowing={text === ''} />
    </div>
  );
}

interface ThoughtProps {
  readonly name: string;
  readonly text: string;
  readonly isGrowing: boolean;
}

/** The same for what is being thought and what was, so that nothing moves when one becomes the other. */
function Thought({ name, text, isGrowing }: ThoughtProps) {
  return (
    <Fold
      name={name}
      icon="thought"
      className={isGrowing ? 'thought growing' : 'thought'}
      label={
        <>
          <b>{isGrowing ? 'Thinking' : 'Thought'}</b>
          <Preview text={plain(text)} isGrowing={isGrowing} />
        </>
      }
    >
      <MessageText text={text} />
    </Fold>
  );
}

/** Without the signs of Markdown, as far as one line needs it. */
function plain(text: string): string {
  return text.replaceAll(/[*`#]+/g, '');
}

/** A message that grows, with a caret where the next word comes. A slow page leaves pieces out, never the last. */
export function DraftRow({ draft }: { readonly draft: MessageDraft }) {
  const text = useDeferredValue(draft.text);
  return (
    <div className="item">
      <div className="message draft" data-role={draft.role} aria-busy="true">
        {text === '' ? (
          <p className="waiting">
            <span className="hidden">Writing…</span>
          </p>
        ) : (
          <Markdown text={text} />
        )}
      </div>
    </div>
  );
}
