// Sees to it that the programs which the tests start are there: installs them where it may, else ends with exit code 1
// and the command to type. Tests that quietly went without them would prove nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { INSTALLER_NAMES, planInstallation } from './plan-installation.mjs';
import { findProgram, REQUIRED_PROGRAMS } from './required-programs.mjs';

const missing = missingPrograms();
const plan = planInstallation({
  missing,
  installers: INSTALLER_NAMES.filter((name) => findProgram([name]) !== null),
  privilege: missing.length === 0 ? 'none' : privilegeHere(),
});

switch (plan.action) {
  case 'nothing':
    break;
  case 'install':
    install(plan);
    break;
  case 'stop':
    stop(plan.message);
}

function missingPrograms() {
  return Object.entries(REQUIRED_PROGRAMS)
    .filter(([, names]) => findProgram(names) === null)
    .map(([program]) => program);
}

function privilegeHere() {
  if (process.getuid?.() === 0) return 'root';
  return findProgram(['sudo']) !== null && run(['sudo', '-n', 'true']).ok ? 'sudo' : 'none';
}

function install({ update, install: command, elevate }) {
  console.error(`Installing what the tests need: ${missing.join(', ')} (${command.join(' ')})`);
  const attempts = [run(command)];
  if (!attempts[0].ok) {
    attempts.push(run(update));
    attempts.push(run(command));
  }
  if (missing.includes('redis')) stopService(elevate);
  const still = missingPrograms();
  if (still.length > 0) {
    stop(`${attempts.map(({ output }) => output).join('\n')}\nStill missing: ${still.join(', ')}.`);
  }
}

/** Debian starts a Redis of its own when it installs one. The tests start theirs; nobody asked for that one. */
function stopService(elevate) {
  const command = existsSync('/run/systemd/system')
    ? ['systemctl', 'disable', '--now', 'redis-server']
    : ['service', 'redis-server', 'stop'];
  if (findProgram([command[0]]) === null) return;
  const { ok, output } = run([...elevate, ...command]);
  if (!ok) console.error(`The redis-server service may still be running: ${output.trim()}`);
}

function run([program, ...rest]) {
  const { status, stdout, stderr, error } = spawnSync(program, rest, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: Infinity,
  });
  return { ok: status === 0, output: error === undefined ? `${stdout}${stderr}` : error.message };
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
