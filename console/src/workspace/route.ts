import { Observable } from '../parts/observable.ts';

/**
 * What is shown, as the page's address has it: a conversation can be linked to, and the browser's back button leads to
 * the one before. It stands behind the #, which browsers keep to themselves.
 */
export type Route =
  { readonly at: 'home' } | { readonly at: 'new' } | { readonly at: 'conversation'; readonly id: string };

function routeOf(hash: string): Route {
  if (hash === '#/new') return { at: 'new' };
  const id = /^#\/c\/([A-Za-z0-9_-]{1,128})$/.exec(hash)?.[1];
  return id === undefined ? { at: 'home' } : { at: 'conversation', id };
}

export function hashOf(route: Route): string {
  switch (route.at) {
    case 'home':
      return '#/';
    case 'new':
      return '#/new';
    case 'conversation':
      return `#/c/${route.id}`;
  }
}

export const route = new Observable<Route>(routeOf(location.hash));
window.addEventListener('hashchange', () => show(routeOf(location.hash)));

/** @param replace Whether the place before is no longer one to go back to. */
export function go(to: Route, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', hashOf(to));
  else location.hash = hashOf(to);
  // Before the browser tells of it: what is said afterwards is said on the new page.
  show(to);
}

function show(to: Route): void {
  if (hashOf(to) !== hashOf(route.value)) route.set(to);
}
