/**
 * Runs the fault lab on the built server: `npm run faults -- [options]`. Node 20 reads no TypeScript, so Vite does.
 */
import { runnerImport } from 'vite';

const main = new URL('main.ts', import.meta.url).pathname;
const { module } = await runnerImport(main, { configFile: false, logLevel: 'error' });
process.exitCode = await module.main(process.argv.slice(2), (line) => console.log(line));
