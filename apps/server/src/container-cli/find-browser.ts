import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** P-27: SLIPWAY_CHROMIUM wins, else the first known name in PATH. */
export function findBrowser(): string {
  const explicit = process.env['SLIPWAY_CHROMIUM'];
  if (explicit !== undefined && explicit !== '') return explicit;
  for (const name of NAMES) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const candidate = join(folder, name);
      if (isExecutable(candidate)) return candidate;
    }
  }
  throw new Error('Cannot find Chromium: install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    // access(2) has no answer but an exception for "no".
    if (error instanceof Error) return false;
    throw error;
  }
}
