import type { Item } from 'agent-sessions/client';
import { Clamped } from './clamped.tsx';
import { Fact } from './fact.tsx';

/** What the API says of an item. */
export function ItemDetails({ id, item }: { readonly id: string; readonly item: Item }) {
  const { createdAt, agent, cursor, dialect, derived, metadata, raw } = item;
  return (
    <div className="details" id={id}>
      <dl>
        <Fact name="Written">
          <time dateTime={createdAt}>{new Date(createdAt).toLocaleString()}</time>
        </Fact>
        <Fact name="Type">{item.__typename}</Fact>
        <Fact name="Agent">{agent ?? 'none'}</Fact>
        <Fact name="Cursor" copied={cursor} />
        <Fact name="Id" copied={item.id} />
        <Fact name="Form">
          {dialect === 'AGENTS_JS' ? 'Agents SDK for JavaScript' : 'Responses API, Python'}
        </Fact>
        {derived && <Fact name="Derived">Recovered from a wrapped history, not written by its author</Fact>}
      </dl>
      {Object.keys(metadata).length > 0 && (
        <Clamped text={JSON.stringify(metadata, null, 2)} what="metadata" />
      )}
      <Clamped text={JSON.stringify(raw, null, 2)} what="raw item" />
    </div>
  );
}
