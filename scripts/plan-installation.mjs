/** Package managers in the order they are asked for, and what each calls the programs. */
const INSTALLERS = {
  'apt-get': {
    packages: {
      redis: ['redis-server'],
      python: ['python3'],
      curl: ['curl'],
      chromium: ['chromium', 'fonts-liberation'],
    },
    command: (packages) =>
      `apt-get update && @apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  },
  dnf: {
    packages: {
      redis: ['redis'],
      python: ['python3'],
      curl: ['curl'],
      chromium: ['chromium', 'liberation-fonts'],
    },
    command: (packages) => `dnf install -y ${packages.join(' ')}`,
  },
  apk: {
    packages: {
      redis: ['redis'],
      python: ['python3'],
      curl: ['curl'],
      chromium: ['chromium', 'font-liberation'],
    },
    command: (packages) => `apk add ${packages.join(' ')}`,
  },
  brew: {
    packages: { redis: ['redis'], python: ['python'], curl: ['curl'], chromium: ['--cask google-chrome'] },
    command: (packages) => packages.map((name) => `brew install ${name}`).join(' && '),
  },
};

export const INSTALLER_NAMES = Object.keys(INSTALLERS);

/**
 * What to do about programs that are missing: nothing, install them with apt-get, or stop and say how.
 * Only apt-get is ever run, and only by who may do so without being asked for a password.
 */
export function planInstallation({ missing, installers, privilege }) {
  if (missing.length === 0) return { action: 'nothing' };
  if (installers.includes('apt-get') && privilege !== 'none') {
    const { packages } = INSTALLERS['apt-get'];
    const names = missing.flatMap((program) => packages[program]);
    const elevate = privilege === 'sudo' ? ['sudo', '-n'] : [];
    const aptGet = [...elevate, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
    // Another apt-get that is running (a machine's own updates at its start) is waited for, in seconds.
    const install = [...aptGet, '-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends'];
    return { action: 'install', update: [...aptGet, 'update'], install: [...install, ...names], elevate };
  }
  return { action: 'stop', message: remedy(missing, installers, privilege) };
}

function remedy(missing, installers, privilege) {
  const known = INSTALLER_NAMES.filter((name) => installers.includes(name));
  const needed = `The tests need ${missing.join(' and ')}, which this machine does not have on its PATH.`;
  if (known.length === 0) {
    return `${needed} Install redis-server, Python 3, curl and Chromium (or Google Chrome) and run npm test again.`;
  }
  const commands = known.map((name) => {
    const { packages, command } = INSTALLERS[name];
    // Homebrew refuses to run as root.
    const sudo = privilege === 'root' || name === 'brew' ? '' : 'sudo ';
    return `  ${sudo}${command(missing.flatMap((program) => packages[program])).replace('@', sudo)}`;
  });
  return `${needed} Install with${known.length > 1 ? ' one of' : ''}:\n${commands.join('\n')}`;
}
