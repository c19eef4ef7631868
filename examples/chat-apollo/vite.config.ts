import react from '@vitejs/plugin-react';
import { defineConfig, type ProxyOptions } from 'vite';

// When the server breaks an answer off, the proxy would leave the browser waiting for the rest of it.
const configure: ProxyOptions['configure'] = (proxy) =>
  proxy.on('proxyRes', (answer, _, response) => answer.once('error', () => response.destroy()));

// The page and the API have one origin, so no other one has to be allowed (CORS).
const proxy = { '/graphql': { target: 'http://localhost:4000', configure } };
export default defineConfig({ plugins: [react()], server: { proxy } });
