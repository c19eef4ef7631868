import { useEffect } from 'react';
import { useObservable } from '../parts/observable.ts';
import { useServices } from '../workspace/services.ts';

/**
 * What a conversation is called: by its title, else by its user's first words, else by its id.
 * @param messageCount Asked again when it changes: the first words may have come. 0: they are gone. null: it is not known.
 */
export function useName(id: string, title: string | null, messageCount: number | null): string {
  const { openings } = useServices();
  const opening = useObservable(openings).get(id);
  const isNeeded = title === null && opening === undefined && messageCount !== null && messageCount > 0;
  useEffect(() => {
    if (isNeeded) openings.ask(id);
    else if (messageCount === 0) openings.forget(id);
  }, [openings, id, isNeeded, messageCount]);
  return title ?? opening ?? id;
}
