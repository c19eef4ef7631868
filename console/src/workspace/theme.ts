import { Observable } from '../parts/observable.ts';

export type Theme = 'system' | 'light' | 'dark';

const NAME = 'agent-sessions.theme';

function stored(): Theme {
  const value = localStorage.getItem(NAME);
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** What was chosen on this machine; the style sheet does the rest. */
export const theme = new Observable<Theme>(stored());

export function applyTheme(value: Theme): void {
  if (value === 'system') {
    localStorage.removeItem(NAME);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(NAME, value);
    document.documentElement.dataset['theme'] = value;
  }
  theme.set(value);
}
