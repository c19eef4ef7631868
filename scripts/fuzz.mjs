// The fuzz run of test/fuzz, for as long as one likes: `npm run fuzz -- --seconds 300 --seed 7`.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? {} : { FUZZ_SEED: values.seed };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SECONDS: values.seconds, ...seed },
});
process.exitCode = status ?? 1;
