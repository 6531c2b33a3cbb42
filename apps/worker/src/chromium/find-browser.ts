import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** P-27: explicit configuration wins, else the first known name in PATH. */
export function mustFindBrowser(explicit: string | undefined, searchPath: string): string {
  if (explicit !== undefined) {
    if (!isExecutable(explicit)) throw new Error(`Cannot use SLIPWAY_CHROMIUM: "${explicit}" is no program`);
    return explicit;
  }
  for (const name of names) {
    for (const folder of searchPath.split(delimiter)) {
      if (folder !== '' && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  throw new Error('Cannot find a browser to build in: install Chromium or set SLIPWAY_CHROMIUM');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') return false;
    throw error;
  }
}
