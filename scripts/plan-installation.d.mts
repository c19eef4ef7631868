import type { RequiredProgram } from './required-programs.mjs';

export type InstallerName = 'apt-get' | 'dnf' | 'apk' | 'brew';
export const INSTALLER_NAMES: readonly InstallerName[];

export interface Machine {
  readonly missing: readonly RequiredProgram[];
  /** Package managers on the PATH. */
  readonly installers: readonly InstallerName[];
  /** root, sudo without a password, or neither. */
  readonly privilege: 'root' | 'sudo' | 'none';
}

export type Plan =
  | { readonly action: 'nothing' }
  | {
      readonly action: 'install';
      /** Commands, program first. `update` is for when `install` fails, as with package lists that are absent or old. */
      readonly update: readonly string[];
      readonly install: readonly string[];
      /** What to put before a command that needs the same rights. */
      readonly elevate: readonly string[];
    }
  | { readonly action: 'stop'; readonly message: string };

export function planInstallation(machine: Machine): Plan;
