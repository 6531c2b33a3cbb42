import { GitError } from './git-error.ts';

/** Longest ref: what git's own files could hold, with room. */
export const REF_NAME_LIMIT = 255;

/** Whether git allows a full name of a ref (git-check-ref-format(1), its rules in their order). */
export function isRefName(name: string): boolean {
  if (name.length > REF_NAME_LIMIT || !name.isWellFormed()) return false;
  const parts = name.split('/');
  // 1, 2, 6: parts that are empty, begin with a dot or end in .lock, and a name of one part.
  if (parts.length < 2 || parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock')))
    return false;
  // 3, 4, 5, 8, 10: two dots, signs of control and of the command line, @{ and the backslash; 7: a dot at the end.
  return !/\.\.|[\0-\x20\x7f~^:?*[\\]|@\{/.test(name) && !name.endsWith('.');
}

/** Throws `bad-ref-name`, also for HEAD: only names below refs/ can be moved. */
export function parseRefName(name: string): string {
  if (!isRefName(name) || !name.startsWith('refs/'))
    throw new GitError('bad-ref-name', `Cannot use ref ${JSON.stringify(name.slice(0, 300))}: funny refname`);
  return name;
}
