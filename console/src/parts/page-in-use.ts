import { useEffect, useState } from 'react';

/**
 * Whether this tab is looked at, or was a moment ago. Browsers allow six connections to one host, and each event stream
 * takes one: tabs that nobody looks at leave theirs to others.
 * @param patienceMs How long a tab may be away before it counts as left.
 */
export function usePageInUse(patienceMs: number): boolean {
  const [inUse, setInUse] = useState(!document.hidden);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setInUse(false), patienceMs);
      else setInUse(true);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [patienceMs]);
  return inUse;
}
