import { useQuery } from 'urql';
import { SESSION_FACTS } from '../api/documents.ts';
import { failureOf } from '../api/failure.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Fact } from './fact.tsx';

export interface SessionDetailsProps {
  readonly id: string;
  /** The end of the log, as far as this window has it. */
  readonly cursor: string;
  readonly onClose: () => void;
}

/** What the API says of a conversation, for who goes on with it elsewhere. */
export function SessionDetails({ id, cursor, onClose }: SessionDetailsProps) {
  const [{ data, error }] = useQuery({ query: SESSION_FACTS, variables: { id } });
  const facts = data?.session;
  return (
    <Dialog title="Details" onClose={onClose}>
      <div className="details">
        <dl>
          <Fact name="Id" copied={id} />
          <Fact name="Cursor" copied={cursor} />
          {facts !== null && facts !== undefined && (
            <>
              <Fact name="Owner" copied={facts.userId} />
              <Fact name="Created">
                <time dateTime={facts.createdAt}>{new Date(facts.createdAt).toLocaleString()}</time>
              </Fact>
              <Fact name="Expires">
                {facts.expiresAt === null ? 'never' : new Date(facts.expiresAt).toLocaleString()}
              </Fact>
              <Fact name="Items">{facts.itemCount.toLocaleString()}</Fact>
            </>
          )}
        </dl>
        {error !== undefined && <p className="problem">{failureOf(error).message}</p>}
      </div>
      <div className="buttons">
        <button type="button" className="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
