import { createRoot } from 'react-dom/client';
import { Console } from './identity/console.tsx';
import { CredentialsStore } from './identity/credentials.ts';
import { applyTheme, theme } from './workspace/theme.ts';

applyTheme(theme.value);
const place = document.querySelector('#console');
if (place !== null) createRoot(place).render(<Console credentials={new CredentialsStore(sessionStorage)} />);
