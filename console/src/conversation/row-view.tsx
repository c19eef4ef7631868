import { memo } from 'react';
import { firstCharacters } from '../parts/characters.ts';
import { clockTime, wholeDay } from '../parts/moment.tsx';
import { FaultBoundary } from '../parts/fault-boundary.tsx';
import { Icon } from '../parts/icon.tsx';
import { AgentColours } from './agent-colours.ts';
import { Clamped } from './clamped.tsx';
import { Fold } from './fold.tsx';
import { ItemActions } from './item-actions.tsx';
import { MessageRow } from './message-row.tsx';
import { OutgoingRow } from './outgoing-row.tsx';
import { DraftReasoningRow, DraftRow, ReasoningRow } from './thinking-rows.tsx';
import type { Author, Row } from './rows.ts';
import { pretty } from './session-export.ts';
import { ToolRow } from './tool-row.tsx';

export interface RowProps {
  readonly row: Row;
  readonly sessionId: string;
  readonly title: string | null;
}

/** A row that stayed as it was is not rendered again, whatever happens around it. */
export const RowView = memo(function RowView({ row, sessionId, title }: RowProps) {
  return (
    <FaultBoundary fallback={<p className="problem small">This item cannot be shown.</p>}>
      {row.author !== null && <By author={row.author} />}
      <RowBody row={row} sessionId={sessionId} title={title} />
    </FaultBoundary>
  );
});

function RowBody({ row, sessionId, title }: RowProps) {
  switch (row.kind) {
    case 'day':
      return (
        <div className="divider day">
          <time dateTime={row.at}>{wholeDay(row.at)}</time>
        </div>
      );
    case 'message':
      return <MessageRow item={row.item} sessionId={sessionId} title={title} />;
    case 'reasoning':
      return <ReasoningRow row={row} sessionId={sessionId} title={title} />;
    case 'tool':
      return <ToolRow row={row} sessionId={sessionId} title={title} />;
    case 'handoff':
      return (
        <div
          className="divider handoff"
          title={row.item === null ? undefined : clockTime(row.item.createdAt)}
        >
          <span>
            <Icon name="handoff" />
            {row.from === null ? (
              <>
                <strong>{row.to}</strong> takes over
              </>
            ) : (
              <>
                <strong>{row.from}</strong>
                <span aria-hidden="true">→</span>
                <span className="hidden"> hands over to </span>
                <strong>{row.to}</strong>
              </>
            )}
          </span>
        </div>
      );
    case 'other':
      return (
        <ItemActions item={row.item} sessionId={sessionId} title={title} text={pretty(row.item.raw)}>
          <Fold name={row.key} icon="info" label={<code>{row.item.type}</code>}>
            <Clamped text={pretty(row.item.raw)} what="item" />
          </Fold>
        </ItemActions>
      );
    case 'draft':
      return <DraftRow draft={row.draft} />;
    case 'draft reasoning':
      return <DraftReasoningRow row={row} />;
    case 'outgoing':
      return <OutgoingRow outgoing={row.outgoing} sessionId={sessionId} />;
  }
}

const ROLES = { USER: 'User', ASSISTANT: 'Assistant', SYSTEM: 'System', DEVELOPER: 'Developer' } as const;

/** The same in all conversations of this page. */
const colours = new AgentColours();

function By({ author }: { readonly author: Author }) {
  const name = author.agent ?? ROLES[author.role];
  return (
    <p className="by" data-role={author.role}>
      <span
        className="mark"
        data-colour={author.agent === null ? undefined : colours.of(author.agent)}
        aria-hidden="true"
      >
        {firstCharacters(name, 1).toLocaleUpperCase()}
      </span>
      <span className="title">{name}</span>
    </p>
  );
}
