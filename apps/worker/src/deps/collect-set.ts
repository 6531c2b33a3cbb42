import type { SandboxDriver, SandboxFile } from '@slipway/sandboxes';
import * as z from 'zod';
import { SET_LIMITS } from './set-archive.ts';

/** Paths that are read at once. */
const PATHS_A_TIME = 200;
/** A list that is longer is cut while it is read, and then refused. */
const LIST_BYTES = 32 * 1024 ** 2;

/** One more than the limit, by which the lister says that there are too many. */
const listed = z.strictObject({ paths: z.array(z.string()).max(SET_LIMITS.files + 1), bytes: z.number() });

/** Less than a driver, so that a test can stand in for it. */
export type SetDriver = Pick<SandboxDriver, 'run' | 'look'>;

/**
 * Everything in the `node_modules` of a folder, right after its install and before any command of the project. Throws
 * where it is more than a set may hold.
 */
export async function collectSet(
  driver: SetDriver,
  id: string,
  root: string,
  onProgress: () => void,
): Promise<SandboxFile[]> {
  const pieces: Uint8Array[] = [];
  let said = 0;
  const { code } = await driver.run(id, {
    command: 'node',
    args: ['-e', LISTER, root === '' ? '.' : root, String(SET_LIMITS.files)],
    onOutput: (stream, chunk) => {
      if (stream === 'stdout' && (said += chunk.length) <= LIST_BYTES) pieces.push(chunk);
    },
  });
  if (code !== 0 || said > LIST_BYTES) throw new Error('they cannot be listed');
  const { paths, bytes } = listed.parse(JSON.parse(Buffer.concat(pieces).toString()));
  if (paths.length > SET_LIMITS.files) throw new Error(`there are more than ${SET_LIMITS.files} files`);
  if (bytes > SET_LIMITS.bytes) throw new Error(`they have more than ${SET_LIMITS.bytes} bytes`);
  const files: SandboxFile[] = [];
  let read = 0;
  const above = root === '' ? '' : `${root}/`;
  for (let at = 0; at < paths.length; at += PATHS_A_TIME) {
    onProgress();
    for (const entry of await driver.look(
      id,
      paths.slice(at, at + PATHS_A_TIME).map((path) => above + path),
    )) {
      if (entry.kind !== 'file' && entry.kind !== 'link') throw new Error(`"${entry.path}" changed while it was read`);
      // The list was the sandbox's word.
      if (entry.kind === 'file' && (read += entry.bytes.length) > SET_LIMITS.bytes)
        throw new Error(`they have more than ${SET_LIMITS.bytes} bytes`);
      files.push({ ...entry, path: entry.path.slice(above.length) });
    }
  }
  return files;
}

/** Files and links below `node_modules`, with all their bytes. */
const LISTER = `
const fs = require('fs'), path = require('path');
const [root, most] = process.argv.slice(1);
const paths = [];
let bytes = 0;
(function walk(below) {
  for (const entry of fs.readdirSync(path.join(root, below), { withFileTypes: true })) {
    if (paths.length > Number(most)) return;
    const at = below + '/' + entry.name;
    if (entry.isDirectory()) walk(at);
    else {
      paths.push(at);
      if (entry.isFile()) bytes += fs.statSync(path.join(root, at)).size;
    }
  }
})('node_modules');
process.stdout.write(JSON.stringify({ paths, bytes }));
`;
