import { useEffect } from 'react';
import { playDemo, useDemo } from '../demo/demo.ts';
import { Icon } from '../parts/icon.tsx';
import { useServices } from './services.ts';

/** Where the console begins: what can be done here. */
export function Home() {
  const services = useServices();
  const { isPlaying, isAllowed } = useDemo(services);
  useEffect(() => {
    document.title = 'agent-sessions';
  }, []);
  return (
    <div className="home">
      <span className="logo large" aria-hidden="true" />
      <h1>Conversations of AI agents, live</h1>
      <p className="faint">
        {isAllowed
          ? 'Choose one on the left, or watch one happen: two scripted agents think, call tools, hand over and answer, in ten seconds, through the same API as yours.'
          : 'Choose one on the left, or begin one: agents that follow it answer, and you see them think, call tools and write.'}
      </p>
      <div className="buttons">
        {isAllowed && (
          <button
            type="button"
            className="primary"
            disabled={isPlaying}
            onClick={() => void playDemo(services)}
          >
            <Icon name="play" />
            {isPlaying ? 'Playing…' : 'Play a demo'}
          </button>
        )}
        <a href="#/new" className="plain button">
          <Icon name="edit" />
          New conversation
        </a>
      </div>
      <dl className="facts">
        <div>
          <dt>API</dt>
          <dd>
            <a href="/graphql" target="_blank" rel="noopener">
              GraphiQL at /graphql
            </a>
          </dd>
        </div>
        <div>
          <dt>Write from code</dt>
          <dd>
            <code>import {'{ connect }'} from 'agent-sessions/client'</code>
          </dd>
        </div>
        <div>
          <dt>Keyboard</dt>
          <dd>
            <kbd>?</kbd> shows the shortcuts
          </dd>
        </div>
      </dl>
    </div>
  );
}
