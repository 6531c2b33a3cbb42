/** What HFS+ ignores in a name, so that another spelling names `.git` there (git's utf8.c, next_hfs_char). */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** `.git` as Windows reads it: its short name, trailing spaces and dots, streams (git's path.c, is_ntfs_dotgit). */
const NTFS_DOT_GIT = /^(\.git|git~1)[ .]*(:.*)?$/i;

/** Whether some system's git would take a name for its own folder. */
export function isDotGit(name: string): boolean {
  if (name.replace(HFS_IGNORED, '').toLowerCase() === '.git') return true;
  return name.split('\\').some((part) => NTFS_DOT_GIT.test(part));
}

/** Why no entry of a tree may have a name, as `git fsck` has it; `undefined` where it may. */
export function entryNameProblem(name: string): string | undefined {
  if (name === '') return 'contains empty pathname';
  if (name.includes('/')) return 'contains full pathnames';
  if (name.includes('\0')) return 'contains a name with NUL';
  if (name === '.') return "contains '.'";
  if (name === '..') return "contains '..'";
  if (isDotGit(name)) return "contains '.git'";
  return undefined;
}

/** Why no link may have a name: git reads `.gitmodules` from the tree, and a link would lead it elsewhere. */
export function linkNameProblem(name: string): string | undefined {
  const bare = name.replace(HFS_IGNORED, '').toLowerCase();
  return bare === '.gitmodules' ? '.gitmodules is a symbolic link' : undefined;
}

/** How a name looks to a file system that knows neither case nor the two ways to write an accent. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/**
 * Names of one folder that are the same on macOS or Windows: the groups of two and more. A clone there would lose all
 * but one of each, so whoever accepts them says so.
 */
export function collidingNames(names: Iterable<string>): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const folded = foldName(name);
    const group = groups.get(folded);
    if (group) group.push(name);
    else groups.set(folded, [name]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
