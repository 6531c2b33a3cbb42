import ignore, { type Ignore } from 'ignore';

/** Folders that are made anew from what is saved: nobody looks into them. */
export const NOT_FOLLOWED = ['node_modules', 'dist'] as const;
/** Never saved. */
const ALWAYS_IGNORED = [...NOT_FOLLOWED, '.git/**/*.lock'];
/** Saved though `.gitignore` names them, and shown to no clone: a project cannot be run without them. */
const HIDDEN = /(^|\/)\.env(\.[\w-]+)*$/;

/** Which paths of a project are saved, by its `.gitignore`. */
export interface SavedPaths {
  /** Whether a path is saved that was not before; one that is saved already stays so, as in git. */
  takes(path: string, isFolder: boolean): boolean;
  /** Whether a saved file is kept from clones. */
  hides(path: string): boolean;
}

/** What the project itself does not want kept, over what is never kept. */
export function makeSavedPaths(gitignore: string | undefined): SavedPaths {
  const never = ignore().add(ALWAYS_IGNORED);
  const own = ignore().add(gitignore ?? '');
  const ignores = (rules: Ignore, path: string, isFolder: boolean): boolean =>
    rules.ignores(isFolder ? `${path}/` : path);
  return {
    takes: (path, isFolder) =>
      !ignores(never, path, isFolder) && (!ignores(own, path, isFolder) || (!isFolder && HIDDEN.test(path))),
    hides: (path) => HIDDEN.test(path) && own.ignores(path),
  };
}
