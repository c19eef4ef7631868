import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** One script for a browser, of a module of the tests and all that it imports. */
export async function bundleForBrowsers(module: URL): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry: fileURLToPath(module), formats: ['es'] },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (result === undefined || !('output' in result)) throw new Error('Vite watches instead of building.');
  return result.output[0].code;
}
