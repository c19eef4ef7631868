import { useEffect } from 'react';
import { Observable } from '../parts/observable.ts';
import { openHelp } from './help-state.ts';
import { go } from './route.ts';

const NAME = 'agent-sessions.single-keys';

/** Single keys can be switched off: who speaks to the machine, or is clumsy with it, presses them unasked. */
export const singleKeys = new Observable(localStorage.getItem(NAME) !== 'off');

export function setSingleKeys(on: boolean): void {
  localStorage.setItem(NAME, on ? 'on' : 'off');
  singleKeys.set(on);
}

/** What each key does, for the help as well. */
export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['/'], does: 'Search the conversations' },
  { keys: ['N'], does: 'New conversation' },
  { keys: ['M'], does: 'Write a message' },
  { keys: ['E'], does: 'Go to the newest message' },
  { keys: ['J'], does: 'Next conversation' },
  { keys: ['K'], does: 'Previous conversation' },
  { keys: ['?'], does: 'This help' },
  { keys: ['Esc'], does: 'Leave the field, so that keys are shortcuts again' },
];

export function useShortcuts(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function onKeyDown(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    return focus('#search');
  }
  if (event.key === 'Escape' && !event.isComposing) return leaveField(event.target);
  if (!singleKeys.value || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  const act = ACTIONS[event.key.toLowerCase()];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '/': () => focus('#search'),
  n: () => go({ at: 'new' }),
  m: () => focus('#message'),
  e: () => document.dispatchEvent(new Event('go-to-newest')),
  j: () => step(1),
  k: () => step(-1),
  '?': openHelp,
};

function focus(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** What is written in a dialog belongs to it, and so does its Escape. */
function leaveField(target: EventTarget | null): void {
  if (target instanceof HTMLElement && isField(target) && target.closest('dialog') === null) target.blur();
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.conversations a')].toSorted(byPlace);
  const now = links.findIndex((link) => link.getAttribute('aria-current') === 'page');
  links[now === -1 ? 0 : now + by]?.click();
}

function byPlace(one: Element, other: Element): number {
  return placeOf(one) - placeOf(other);
}

function placeOf(link: Element): number {
  return Number(link.closest<HTMLElement>('[data-index]')?.dataset['index'] ?? 0);
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return isField(target) || target.closest('dialog') !== null;
}

function isField(target: HTMLElement): boolean {
  return target.isContentEditable || target.matches('input, textarea, select');
}
