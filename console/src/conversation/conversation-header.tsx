import { useState } from 'react';
import type { ConnectionState, TranscriptState } from 'agent-sessions/client';
import { Confirmation } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { ConnectionLight } from '../workspace/connection-light.tsx';
import { useSessionActions } from './session-actions.ts';
import { SessionDetails } from './session-details.tsx';
import { TitleField } from './title-field.tsx';

export interface ConversationHeaderProps {
  readonly id: string;
  /** What it is called, whether that is its title or not. */
  readonly name: string;
  readonly transcript: TranscriptState;
  readonly connection: ConnectionState;
}

export function ConversationHeader({ id, name, transcript, connection }: ConversationHeaderProps) {
  const { title, currentAgent } = transcript;
  const actions = useSessionActions();
  const [asking, setAsking] = useState<'clear' | 'delete' | 'details' | null>(null);
  const [renaming, setRenaming] = useState(false);
  const close = (): void => setAsking(null);
  const groups: readonly (readonly MenuItem[])[] = [
    [
      { label: 'Rename', icon: 'edit', act: () => setRenaming(true) },
      { label: 'Fork', icon: 'fork', act: () => void actions.fork(id, title) },
    ],
    [
      {
        label: 'Copy as agent inputs (JavaScript)',
        icon: 'copy',
        act: () => void actions.copyInputs(id, 'AGENTS_JS'),
      },
      {
        label: 'Copy as agent inputs (Python)',
        icon: 'copy',
        act: () => void actions.copyInputs(id, 'RESPONSES'),
      },
      { label: 'Export as JSON', icon: 'download', act: () => void actions.save(id, 'json') },
      { label: 'Export as Markdown', icon: 'download', act: () => void actions.save(id, 'markdown') },
      { label: 'Copy id', icon: 'copy', act: () => void actions.copyId(id) },
      { label: 'Details', icon: 'info', act: () => setAsking('details') },
    ],
    [
      { label: 'Clear the history', icon: 'wipe', danger: true, act: () => setAsking('clear') },
      { label: 'Delete', icon: 'trash', danger: true, act: () => setAsking('delete') },
    ],
  ];
  return (
    <header className="head">
      <a href="#/" className="quiet button back" aria-label="Back to the list">
        <Icon name="back" />
      </a>
      <div className="head-title">
        {renaming ? (
          <>
            <h1 className="hidden">{name}</h1>
            <TitleField
              title={title ?? ''}
              placeholder={name}
              onSave={(given) => {
                setRenaming(false);
                if (given !== (title ?? '')) void actions.rename(id, given);
              }}
              onCancel={() => setRenaming(false)}
            />
          </>
        ) : (
          <>
            <h1 className={title === null ? 'title faint' : 'title'} dir="auto">
              <button type="button" title="Rename" onClick={() => setRenaming(true)}>
                {name}
              </button>
            </h1>
            <p className="faint small title">
              {currentAgent === null ? 'no agent yet' : `with ${currentAgent}`}
            </p>
          </>
        )}
      </div>
      <ConnectionLight connection={connection} what="This conversation" />
      <Menu label="What to do with this conversation" button={<Icon name="more" />} groups={groups} />
      {asking === 'details' && <SessionDetails id={id} cursor={transcript.cursor} onClose={close} />}
      {asking === 'clear' && (
        <Confirmation
          title="Clear the history?"
          action="Clear"
          onConfirm={() => void actions.clear(id)}
          onClose={close}
        >
          All messages, tool calls and hand-offs go, for everybody, and cannot be brought back. The
          conversation, its title and its metadata stay.
        </Confirmation>
      )}
      {asking === 'delete' && (
        <Confirmation
          title="Delete this conversation?"
          action="Delete"
          onConfirm={() => void actions.remove(id)}
          onClose={close}
        >
          It goes with all that was said in it, for everybody, and cannot be brought back.
        </Confirmation>
      )}
    </header>
  );
}
