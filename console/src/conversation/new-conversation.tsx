import { useEffect, useState } from 'react';
import { playDemo, useDemo } from '../demo/demo.ts';
import { Icon } from '../parts/icon.tsx';
import { useServices } from '../workspace/services.ts';
import { Composer } from './composer.tsx';
import { useSessionActions } from './session-actions.ts';
import { keepUnsent } from './unsent.ts';

/** Made with its first message, so that looking at this page leaves nothing behind. */
export function NewConversation() {
  const services = useServices();
  const actions = useSessionActions();
  const demo = useDemo(services);
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    document.title = 'New conversation · agent-sessions';
  }, []);
  const begin = (text: string): void => {
    setIsBusy(true);
    void actions.begin(text).then((begun) => {
      setIsBusy(false);
      if (!begun) keepUnsent('', text);
    });
  };
  return (
    <>
      <header className="head">
        <a href="#/" className="quiet button back" aria-label="Back to the list">
          <Icon name="back" />
        </a>
        <h1 className="title">New conversation</h1>
      </header>
      <div className="home centred">
        <p className="faint">
          It begins with your first message, and its title with the first line. Agents that follow it answer.
        </p>
        {demo.isAllowed && (
          <p className="faint small">
            No agent at hand?{' '}
            <button
              type="button"
              className="link"
              disabled={demo.isPlaying}
              onClick={() => void playDemo(services)}
            >
              Play a demo
            </button>
          </p>
        )}
      </div>
      <Composer sessionId="" isBusy={isBusy} onSend={begin} placeholder="The first message" isEager />
    </>
  );
}
