import { Observable } from '../parts/observable.ts';

/** Whether the help is shown. */
export const helpShown = new Observable(false);

export function openHelp(): void {
  helpShown.set(true);
}
