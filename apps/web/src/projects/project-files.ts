import type { ZipFile } from './read-zip.ts';

/** `read` unpacks when it is called, so that a large archive is never in memory whole. */
export type ImportedFile = Pick<ZipFile, 'path' | 'size' | 'mode' | 'read'>;

/** How much a project can be made of at once. */
export const IMPORT_LIMITS = { entries: 10_000, fileBytes: 50_000_000, totalBytes: 250_000_000, depth: 100 };

/** Made anew by whoever works on the project, or put there by the machine that packed it. */
const LEFT_OUT = /(^|\/)(node_modules|\.git|__MACOSX)(\/|$)|(^|\/)\.DS_Store$/;

/** The files that belong to the project, without a folder that holds all of them. Throws where they are none. */
export function chooseFiles(all: readonly ImportedFile[]): readonly ImportedFile[] {
  const kept = all.filter(({ path }) => !LEFT_OUT.test(path));
  if (kept.length === 0) throw new Error('There is no file in it');
  if (kept.length > IMPORT_LIMITS.entries) throw new Error(`There are more than ${IMPORT_LIMITS.entries} files in it`);
  let total = 0;
  for (const { path, size } of kept) {
    const names = path.split('/');
    const strange = names.some((name) => name === '' || name === '.' || name === '..' || /[\\\0]/.test(name));
    if (strange || names.length > IMPORT_LIMITS.depth) throw new Error(`"${path}" is no path of a project`);
    total += size;
    if (size > IMPORT_LIMITS.fileBytes || total > IMPORT_LIMITS.totalBytes)
      throw new Error(
        `Too large: a file has at most ${IMPORT_LIMITS.fileBytes / 1e6} MB, ` +
          `all have ${IMPORT_LIMITS.totalBytes / 1e6} MB`,
      );
  }
  const top = kept[0]?.path.split('/')[0] ?? '';
  const shared = kept.every(({ path }) => path.startsWith(`${top}/`));
  return shared
    ? kept.map((file) => ({ ...file, path: file.path.slice(top.length + 1), read: () => file.read() }))
    : kept;
}

/** A browser tells no modes of files: each becomes 0644. */
export function filesOfFolder(chosen: Iterable<File>): readonly ImportedFile[] {
  return [...chosen].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    size: file.size,
    mode: 0o644,
    read: async () => new Uint8Array(await file.arrayBuffer()),
  }));
}
