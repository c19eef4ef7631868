import { useEffect, useRef, useState } from 'react';
import type { TranscriptState } from 'agent-sessions/client';

/** Reads new messages out, whole and once, to who cannot see them come. */
export function Announcer({ transcript }: { readonly transcript: TranscriptState }) {
  const newest = transcript.items.findLast(({ __typename }) => __typename === 'Message');
  const heard = useRef(newest?.id);
  const [text, setText] = useState('');
  useEffect(() => {
    if (newest === undefined || newest.id === heard.current || newest.__typename !== 'Message') return;
    heard.current = newest.id;
    const who = newest.role === 'USER' ? 'User' : (newest.agent ?? 'Assistant');
    setText(`${who}: ${newest.text.slice(0, 400)}`);
  }, [newest]);
  return (
    <p className="hidden" aria-live="polite">
      {text}
    </p>
  );
}
