/**
 * Where a path of the client leads. The client's root is the working directory:
 * `/package.json` and `package.json` are the same file, and `..` stops there.
 * A path that already starts with the working directory is taken as it is, since
 * programs print such paths and apps hand them back.
 */
export function resolveInWorkdir(workdir: string, path: string): string {
  if (path === workdir || path.startsWith(`${workdir}/`)) return joinNormalised(workdir, path.slice(workdir.length));
  return joinNormalised(workdir, path);
}

/** A `..` at the top stays there: nothing leads out of `base`. */
function joinNormalised(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? base : `${base}/${parts.join('/')}`;
}
