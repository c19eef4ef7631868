import { useState, type SubmitEvent } from 'react';
import { Icon } from '../parts/icon.tsx';
import type { CredentialsStore } from './credentials.ts';

export function SignIn({ credentials }: { readonly credentials: CredentialsStore }) {
  const [token, setToken] = useState('');
  const wasRefused = credentials.value.token !== null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = token.trim().replace(/^Bearer\s+/i, '');
    if (given !== '') credentials.signIn(given);
  };
  return (
    <main className="stage">
      <form className="card" onSubmit={submit}>
        <Icon name="key" />
        <h1>Sign in</h1>
        <p>This server wants to know who asks. Paste a token: yours, or the key of a service.</p>
        {wasRefused && (
          <p className="problem" role="alert">
            The server did not accept that token. It may be mistyped, or have expired.
          </p>
        )}
        <label htmlFor="token">Token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          required
          value={token}
          aria-invalid={wasRefused && token === ''}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="primary">
          Sign in
        </button>
        <p className="faint small">
          The token stays in this tab and goes with it. To make one for a user:{' '}
          <code>node dist/main.js token --user NAME</code>.
        </p>
      </form>
    </main>
  );
}
