import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * What the tests start besides Node, and the names under which it may be installed, the first that is found wins. The
 * absolute ones are where macOS puts applications, which it keeps off the PATH.
 */
export const REQUIRED_PROGRAMS = {
  redis: ['redis-server'],
  python: ['python3'],
  curl: ['curl'],
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
};

/** The path of the first of these programs that can be run, or null. */
export function findProgram(names, path = process.env.PATH ?? '') {
  for (const name of names) {
    const places = isAbsolute(name) ? [name] : path.split(delimiter).map((folder) => join(folder, name));
    const found = places.find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Absent, unreadable or not executable: for the caller all of these mean that it cannot be run from here.
    return false;
  }
}
