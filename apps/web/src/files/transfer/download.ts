import type { WebContainer } from '@webcontainer/api';
import { nameOf, outermost, parentOf } from '../tree/paths.ts';
import { inMegabytes } from './incoming.ts';

/** What can be downloaded in one piece: browser and container hold it in memory. */
const MAX_BYTES = 500_000_000;
/** A browser has begun to read the address by then. */
const ADDRESS_LIFE_MS = 60_000;
/** What picomatch takes for more than itself. */
const GLOB_CHARACTERS = /[\\!$()*+?@[\]^{|}]/g;

/** `name` is a suggestion: the browser may change it. */
export interface Download {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * One file as it is; a folder, or several paths, as a zip by the container. Throws the container's error, and when
 * there
 * is too much, which `measureBytes` says.
 */
export async function makeDownload(
  container: Pick<WebContainer, 'fs' | 'export'>,
  paths: readonly string[],
  isFolder: (path: string) => boolean,
  measureBytes: (paths: readonly string[]) => Promise<number>,
): Promise<Download> {
  const roots = outermost(paths);
  const [first = ''] = roots;
  refuseTooMuch(await measureBytes(roots));
  if (roots.length === 1 && !isFolder(first))
    return { name: nameOf(first), bytes: new Uint8Array(await container.fs.readFile(first)) };
  if (roots.length === 1)
    return { name: `${nameOf(first)}.zip`, bytes: new Uint8Array(await container.export(first, { format: 'zip' })) };
  const folder = roots.every((path) => parentOf(path) === parentOf(first)) ? parentOf(first) : '';
  const names = roots.map((path) => path.slice(folder === '' ? 0 : folder.length + 1));
  const bytes = await zipOf(container, folder === '' ? '.' : folder, names);
  return { name: folder === '' ? 'files.zip' : `${nameOf(folder)}.zip`, bytes };
}

/** These entries of a folder, with all that is in them, as an archive. */
export async function zipOf(
  container: Pick<WebContainer, 'export'>,
  folder: string,
  names: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const includes = names.flatMap(includesOf);
  return new Uint8Array(await container.export(folder, { format: 'zip', excludes: ['**'], includes }));
}

/** Throws for more than can be downloaded in one piece. */
export function refuseTooMuch(bytes: number): void {
  if (bytes > MAX_BYTES)
    throw new Error(`Cannot download ${inMegabytes(bytes)} at once: choose less than ${inMegabytes(MAX_BYTES)}`);
}

/** The globs of a path and of what is in it. With a slash at all: a bare name would match in every folder. */
function includesOf(path: string): readonly string[] {
  const exact = `./${path.replace(GLOB_CHARACTERS, '\\$&')}`;
  return [exact, `${exact}/**`];
}

/** Lets the browser save `download`, as a click on a link to it does. */
export function saveDownload(download: Download): void {
  // Only ever saved: as a page it would run on the app's own origin.
  const address = URL.createObjectURL(new Blob([download.bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = download.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), ADDRESS_LIFE_MS);
}
