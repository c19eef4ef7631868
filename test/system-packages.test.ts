import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planInstallation } from '../scripts/plan-installation.mjs';

describe('the plan for programs that the tests need', () => {
  it('is nothing when none is missing', () => {
    expect(planInstallation({ missing: [], installers: ['apt-get'], privilege: 'root' })).toEqual({
      action: 'nothing',
    });
  });

  it('installs just what is missing, without a question', () => {
    const plan = planInstallation({ missing: ['redis'], installers: ['apt-get'], privilege: 'root' });
    expect(plan).toMatchObject({ action: 'install', elevate: [] });
    const { install } = plan.action === 'install' ? plan : { install: [] };
    expect(install.join(' ')).toMatch(
      /^env DEBIAN_FRONTEND=noninteractive apt-get .*install -y .*redis-server$/,
    );
  });

  it('goes through sudo when it needs no password', () => {
    const plan = planInstallation({ missing: ['chromium'], installers: ['apt-get'], privilege: 'sudo' });
    const { update, install } = plan.action === 'install' ? plan : { update: [], install: [] };
    expect(update.slice(0, 2)).toEqual(['sudo', '-n']);
    expect(install.slice(0, 2)).toEqual(['sudo', '-n']);
    expect(install.slice(-2)).toEqual(['chromium', 'fonts-liberation']);
  });

  it.each([
    [
      'apt-get',
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server chromium fonts-liberation',
    ],
    ['dnf', 'sudo dnf install -y redis chromium liberation-fonts'],
    ['apk', 'sudo apk add redis chromium font-liberation'],
    ['brew', 'brew install redis && brew install --cask google-chrome'],
  ] as const)('without rights, names the command for %s', (installer, command) => {
    expect(
      planInstallation({ missing: ['redis', 'chromium'], installers: [installer], privilege: 'none' }),
    ).toEqual({ action: 'stop', message: expect.stringMatching(new RegExp(`\\n  ${command}$`)) });
  });

  it('leaves sudo out of the command for root', () => {
    expect(planInstallation({ missing: ['redis'], installers: ['apk'], privilege: 'root' })).toEqual({
      action: 'stop',
      message: expect.stringMatching(/\n {2}apk add redis$/),
    });
  });

  it('stops, too, where it knows no package manager', () => {
    expect(planInstallation({ missing: ['redis'], installers: [], privilege: 'root' })).toEqual({
      action: 'stop',
      message: expect.stringContaining('Install redis-server'),
    });
  });
});

describe('system-packages', () => {
  const script = fileURLToPath(new URL('../scripts/system-packages.mjs', import.meta.url));
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'system-packages-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Puts a program on the PATH of the script, which holds no others, so that it can change nothing on this machine. */
  function program(name: string, body = ''): void {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> "${folder}/calls"\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  function elevation(): void {
    program('env', 'shift; exec "$@"');
    program('sudo', 'shift; [ "$1" = true ] || exec "$@"');
  }
  const making = (name: string) =>
    `echo '#!/bin/sh' > "${folder}/${name}"; /bin/chmod +x "${folder}/${name}"`;
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8');
  const run = () =>
    spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: folder }, stdio: 'pipe' });

  it('says nothing when all is there', () => {
    program('redis-server');
    program('python3');
    program('curl');
    program('google-chrome');
    const { status, stdout, stderr } = run();
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('ends with exit code 1 and names what is missing', () => {
    program('chromium-browser');
    program('python3');
    program('curl');
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('The tests need redis,');
  });

  it('takes a file that cannot be run for missing', () => {
    program('redis-server');
    program('chromium');
    chmodSync(join(folder, 'redis-server'), 0o644);
    expect(run().status).toBe(1);
  });

  it('installs, with fresh package lists when the first try fails, and leaves no service running', () => {
    elevation();
    program('chromium');
    program('python3');
    program('curl');
    program(
      'apt-get',
      `case "$*" in
        *update*) > "${folder}/lists" ;;
        *) [ -e "${folder}/lists" ] || { echo 'Unable to locate package'; exit 100; }; ${making('redis-server')} ;;
      esac`,
    );
    program('service');
    program('systemctl');
    const { status, stdout, stderr } = run();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).not.toContain('Unable to locate package');
    expect(calls()).toMatch(
      /apt-get .*install.*\n(?:.*\n)*apt-get .*update\n(?:.*\n)*apt-get .*install.*redis-server\n/,
    );
    expect(calls()).toMatch(/^(?:service redis-server stop|systemctl disable --now redis-server)$/m);
  });

  it('shows what apt-get said when it could not install', () => {
    elevation();
    program('apt-get', 'echo "No space left on device"; exit 100');
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain('No space left on device');
    expect(stderr).toContain('Still missing: redis');
  });
});
