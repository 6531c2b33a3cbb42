/** What somebody who sees a project for the first time wants to see first, the likeliest first. */
const WANTED = [/^readme\.md$/i, /^src\/App\.\w+$/, /^src\/main\.\w+$/, /^index\.\w+$/, /^package\.json$/];

/** The file of a project that is shown first; undefined where there is none. */
export function chooseFirst(paths: readonly string[]): string | undefined {
  for (const pattern of WANTED) {
    const found = paths.find((path) => pattern.test(path));
    if (found !== undefined) return found;
  }
  return paths[0];
}
