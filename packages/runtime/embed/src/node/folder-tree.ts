import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  decodeTree,
  defaultTreeLimits,
  encodeSnapshot,
  type TreeEntry,
  type TreeLimits,
  WireError,
} from '@slipway/wire';

/**
 * Reads a folder as bytes that `container.mount` takes. Sockets and devices are
 * passed over: a container has no use for them. Limits are those that the container
 * itself has, so that what is too much is refused before it is read.
 */
export async function readTree(
  folder: string,
  limits: TreeLimits = defaultTreeLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(await lstat(folder)).isDirectory()) throw cannotMount(folder, 'it is not a folder');
  const entries: TreeEntry[] = [];
  let bytes = 0;
  const add = (entry: TreeEntry): void => {
    if (entries.length >= limits.entries) throw cannotMount(folder, `it has more than ${limits.entries} entries`);
    entries.push(entry);
  };
  const read = async (path: string, depth: number): Promise<void> => {
    if (depth > limits.depth) throw cannotMount(folder, `folders are nested deeper than ${limits.depth}`);
    for (const name of (await readdir(join(folder, path))).sort()) {
      const below = path === '' ? name : `${path}/${name}`;
      const file = join(folder, below);
      const stat = await lstat(file);
      if (stat.isSymbolicLink()) add({ type: 'link', path: below, target: await readlink(file) });
      else if (stat.isFile()) {
        bytes += stat.size;
        if (bytes > limits.payloadBytes)
          throw cannotMount(folder, `its files have more than ${limits.payloadBytes} bytes`);
        add({ type: 'file', path: below, bytes: await readFile(file) });
      } else if (stat.isDirectory()) {
        add({ type: 'directory', path: below });
        await read(below, depth + 1);
      }
    }
  };
  await read('', 1);
  return encodeSnapshot(entries);
}

/**
 * Writes an exported tree below `folder`, and gives the number of files. Names come
 * from a container, so they are hostile: the whole tree is parsed before anything
 * is written, and links, which could point anywhere on this machine, are left out.
 */
export async function writeTree(folder: string, payload: Uint8Array): Promise<number> {
  const base = resolve(folder);
  let files = 0;
  const entries = parse(folder, payload);
  await mkdir(base, { recursive: true });
  for (const entry of entries) {
    const path = join(base, entry.path);
    if (entry.type === 'directory') await mkdir(path, { recursive: true });
    else if (entry.type === 'file') {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, entry.bytes);
      files++;
    }
  }
  return files;
}

function parse(folder: string, payload: Uint8Array): readonly TreeEntry[] {
  try {
    return decodeTree(payload);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new Error(`Cannot save to "${folder}": ${error.message}`, { cause: error });
  }
}

function cannotMount(folder: string, why: string): Error {
  return new Error(`Cannot mount "${folder}": ${why}`);
}
