import { Observable } from '../parts/observable.ts';

/** What was typed and not sent, by session: it is there when one comes back. Gone with the page. */
export const unsent = new Observable<ReadonlyMap<string, string>>(new Map());

export function keepUnsent(sessionId: string, text: string): void {
  unsent.set(new Map(unsent.value).set(sessionId, text));
}

/** Puts a text into the composer again, in front of what is there. */
export function giveBack(sessionId: string, text: string): void {
  const there = unsent.value.get(sessionId) ?? '';
  keepUnsent(sessionId, there === '' ? text : `${text}\n\n${there}`);
  document.querySelector<HTMLElement>('#message')?.focus();
}
