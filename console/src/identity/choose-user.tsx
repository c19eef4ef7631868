import { useState, type SubmitEvent } from 'react';
import { Icon } from '../parts/icon.tsx';
import type { CredentialsStore } from './credentials.ts';

/** A service has no conversations of its own: it says whose it wants to see. */
export function ChooseUser({ credentials }: { readonly credentials: CredentialsStore }) {
  const [userId, setUserId] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (userId.trim() !== '') credentials.actFor(userId.trim());
  };
  return (
    <main className="stage">
      <form className="card" onSubmit={submit}>
        <Icon name="person" />
        <h1>Whose conversations?</h1>
        <p>
          This is the key of a service, which acts for every user. Name the one whose conversations to show.
        </p>
        <label htmlFor="user">User id</label>
        <input
          id="user"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          maxLength={256}
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
        />
        <button type="submit" className="primary">
          Show conversations
        </button>
        <button type="button" className="plain" onClick={() => credentials.signOut()}>
          Use another token
        </button>
      </form>
    </main>
  );
}
