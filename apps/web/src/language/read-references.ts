import type { WebContainer } from '@webcontainer/api';
import type { FileReferences } from './references.ts';
import type { Place } from './places.ts';

/** What the editor shows comes before the file, which may be older. */
export interface TextSources {
  readonly container: Pick<WebContainer, 'fs'>;
  shown(path: string): { readonly view: { readonly state: { readonly doc: { toString(): string } } } } | undefined;
}

/** Of so many files the lines are shown; of the others the places alone. */
const MOST_FILES_READ = 100;
/** Minified files have lines of megabytes. */
const MOST_LINE_CHARACTERS = 200;

/** The places by file, each with its line. Places outside the project are left out: they cannot be opened. */
export async function readReferences(
  places: readonly Place[],
  { container, shown }: TextSources,
): Promise<readonly FileReferences[]> {
  const byPath = Map.groupBy(
    places.flatMap(({ path, line, column }) => (path === undefined ? [] : [{ path, line, column }])),
    ({ path }) => path,
  );
  let read = 0;
  const textOf = async (path: string): Promise<string> => {
    const open = shown(path);
    if (open !== undefined) return open.view.state.doc.toString();
    // A file that went meanwhile, or too many: the place says enough.
    return ++read > MOST_FILES_READ ? '' : container.fs.readFile(path, 'utf8').catch(() => '');
  };
  return Promise.all(
    [...byPath].map(async ([path, found]) => {
      const lines = (await textOf(path)).split(/\r\n|\n|\r/);
      return {
        path,
        places: found.map(({ line, column }) => ({
          line,
          column,
          text: (lines[line - 1] ?? '').trim().slice(0, MOST_LINE_CHARACTERS),
        })),
      };
    }),
  );
}
