import { useEffect } from 'react';
import { ConversationView } from '../conversation/conversation-view.tsx';
import { NewConversation } from '../conversation/new-conversation.tsx';
import { Sidebar } from '../list/sidebar.tsx';
import { usePageInUse } from '../parts/page-in-use.ts';
import { useObservable } from '../parts/observable.ts';
import { Help } from './help.tsx';
import { Home } from './home.tsx';
import { NoticeList } from './notices.tsx';
import { route, type Route } from './route.ts';
import { useServices } from './services.ts';
import { useShortcuts } from './shortcuts.ts';

const LIST_PATIENCE_MS = 10_000;

/** The list on one side, and on the other what was chosen. On a phone one of the two. */
export function Workspace() {
  const { list, notices } = useServices();
  const place = useObservable(route);
  const inUse = usePageInUse(LIST_PATIENCE_MS);
  useShortcuts();
  useEffect(() => {
    if (!inUse) return undefined;
    list.start();
    return () => list.stop();
  }, [list, inUse]);
  useEffect(() => route.subscribe(() => notices.passOn()), [notices]);
  const current = place.at === 'conversation' ? place.id : null;
  return (
    <div className="workspace" data-at={place.at}>
      <Sidebar current={current} />
      <main className="pane" id="pane" tabIndex={-1}>
        <Pane place={place} />
      </main>
      <NoticeList notices={notices} />
      <Help />
    </div>
  );
}

function Pane({ place }: { readonly place: Route }) {
  switch (place.at) {
    case 'home':
      return <Home />;
    case 'new':
      return <NewConversation />;
    case 'conversation':
      return <ConversationView key={place.id} id={place.id} />;
  }
}
