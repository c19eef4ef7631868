import { useState, type SubmitEvent } from 'react';
import { playDemo, useDemo } from '../demo/demo.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { useObservable } from '../parts/observable.ts';
import { go } from '../workspace/route.ts';
import { useServices } from '../workspace/services.ts';
import { applyTheme, theme, type Theme } from '../workspace/theme.ts';
import { ConnectionLight } from '../workspace/connection-light.tsx';
import { openHelp } from '../workspace/help-state.ts';

const THEMES: readonly { readonly value: Theme; readonly label: string; readonly icon: MenuItem['icon'] }[] =
  [
    { value: 'system', label: 'As the system', icon: 'monitor' },
    { value: 'light', label: 'Light', icon: 'sun' },
    { value: 'dark', label: 'Dark', icon: 'moon' },
  ];

/** Who is signed in, how the list is connected, and what belongs to the console itself. */
export function AccountBar() {
  const services = useServices();
  const { credentials, viewer, userId, list } = services;
  const demo = useDemo(services);
  const { connection } = useObservable(list);
  const chosen = useObservable(theme);
  const [choosing, setChoosing] = useState(false);
  const name = userId ?? viewer.userId ?? 'you';
  // Else a service would look like the user whose conversations it shows.
  const isForeign = viewer.kind === 'SERVICE' && userId !== viewer.userId;
  const account: MenuItem[] = [];
  if (viewer.kind === 'SERVICE') {
    account.push({ label: 'Show another user’s', icon: 'person', act: () => setChoosing(true) });
  }
  if (credentials.value.token !== null) {
    account.push({ label: 'Sign out', icon: 'signOut', act: () => credentials.signOut() });
  }
  const links: MenuItem[] = [
    { label: 'GraphiQL', icon: 'code', act: () => window.open('/graphql', '_blank', 'noopener') },
  ];
  if (demo.isAllowed && !demo.isPlaying) {
    links.unshift({ label: 'Play a demo', icon: 'play', act: () => void playDemo(services) });
  }
  const shown = THEMES.find(({ value }) => value === chosen);
  return (
    <footer className="account">
      <Menu
        label={isForeign ? `A service, looking at ${name}’s` : `Signed in as ${name}`}
        className="quiet who"
        button={
          <>
            <Icon name={isForeign ? 'key' : 'person'} />
            <span className="names">
              <span className="title">{name}</span>
              {isForeign && <span className="title small">seen by a service</span>}
            </span>
          </>
        }
        groups={account.length === 0 ? [links] : [account, links]}
      />
      <ConnectionLight connection={connection} what="The list" />
      <Menu
        label="Colours"
        button={<Icon name={shown?.icon ?? 'monitor'} />}
        groups={[
          THEMES.map(({ value, label, icon }) => ({
            label,
            icon,
            checked: value === chosen,
            act: () => applyTheme(value),
          })),
        ]}
      />
      <button
        type="button"
        className="quiet"
        title="Keyboard shortcuts (?)"
        aria-label="Keyboard shortcuts"
        onClick={openHelp}
      >
        <Icon name="help" />
      </button>
      {choosing && (
        <UserDialog
          name={name}
          onChoose={(user) => {
            // What is shown belongs to the user before.
            go({ at: 'home' });
            credentials.actFor(user === viewer.userId ? null : user);
          }}
          onClose={() => setChoosing(false)}
        />
      )}
    </footer>
  );
}

interface UserDialogProps {
  readonly name: string;
  readonly onChoose: (userId: string) => void;
  readonly onClose: () => void;
}

function UserDialog({ name, onChoose, onClose }: UserDialogProps) {
  const [userId, setUserId] = useState(name);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (userId.trim() === '') return;
    onClose();
    onChoose(userId.trim());
  };
  return (
    <Dialog title="Whose conversations?" onClose={onClose}>
      <form onSubmit={submit}>
        <label htmlFor="other-user">User id</label>
        <input
          id="other-user"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          onFocus={(event) => event.target.select()}
          required
          maxLength={256}
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
        />
        <div className="buttons">
          <button type="button" className="plain" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary">
            Show
          </button>
        </div>
      </form>
    </Dialog>
  );
}
