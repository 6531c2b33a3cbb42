import type { WebContainer } from '@webcontainer/api';

/** Made anew from what is saved, and far too many to be chosen from. */
const SKIPPED = new Set(['node_modules', '.git', 'dist']);
/** Of a larger project only the first ones are found by name. */
export const MOST_PATHS = 20_000;
/** Folders that are read at once. */
const AT_ONCE = 8;

/** The paths of the project's files, folder by folder, nearest first. A folder that cannot be read has none. */
export async function listPaths(container: Pick<WebContainer, 'fs'>, most = MOST_PATHS): Promise<readonly string[]> {
  const paths: string[] = [];
  let folders = [''];
  while (folders.length > 0 && paths.length < most) {
    const batch = folders.slice(0, AT_ONCE);
    folders = folders.slice(AT_ONCE);
    const lists = await Promise.all(batch.map((folder) => readFolder(container, folder)));
    for (const { files, below } of lists) {
      paths.push(...files);
      folders.push(...below);
    }
  }
  return paths.slice(0, most);
}

async function readFolder(
  container: Pick<WebContainer, 'fs'>,
  folder: string,
): Promise<{ files: string[]; below: string[] }> {
  // It may have been removed since its name was read.
  const entries = await container.fs.readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(() => []);
  const path = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
  const names = (folders: boolean): string[] =>
    entries.filter((entry) => entry.isDirectory() === folders).map(({ name }) => name);
  return {
    files: names(false).map(path).sort(),
    below: names(true)
      .filter((name) => !SKIPPED.has(name))
      .map(path)
      .sort(),
  };
}
