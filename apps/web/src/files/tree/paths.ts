/**
 * Paths of the panel: relative to the project's folder, `/` between names, no slash at either end. The project's folder
 * itself is the empty path.
 */

/** The empty path for what lies in the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** What stands behind the last slash; all of a path without one. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** An empty `folder` is the project's own, whose paths begin with no slash. */
export function childOf(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Whether `path` is `folder` or something in it, however deep. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Where `path` is once `from` has become `to`; undefined where the move does not concern it. */
export function movedPath(path: string, from: string, to: string): string | undefined {
  return isWithin(from, path) ? to + path.slice(from.length) : undefined;
}

/** Without those that lie in another of them: who moves a folder moves what is in it. Keeps the order. */
export function outermost(paths: readonly string[]): readonly string[] {
  const chosen = new Set(paths);
  const isCovered = (path: string): boolean => {
    for (let above = parentOf(path); above !== ''; above = parentOf(above)) if (chosen.has(above)) return true;
    return false;
  };
  return [...chosen].filter((path) => !isCovered(path));
}
