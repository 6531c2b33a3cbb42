/** The icons that the page has: pictures as SVG, and which name has which of them. */
export interface IconTables {
  readonly pictures: readonly string[];
  readonly extensions: Readonly<Record<string, number>>;
  readonly names: Readonly<Record<string, number>>;
  readonly folders: Readonly<Record<string, readonly [closed: number, open: number]>>;
  readonly file: number;
  readonly folder: readonly [closed: number, open: number];
}

/** An open folder has a picture of its own. */
export type PathKind = 'file' | 'folder' | 'open-folder';

/** The picture of a path: by its whole name, else by the longest ending that has one, such as `test.ts` before `ts`. */
export function pictureOf(tables: IconTables, path: string, kind: PathKind): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (kind !== 'file') {
    const [closed, open] = own(tables.folders, name) ?? tables.folder;
    return tables.pictures[kind === 'folder' ? closed : open] ?? '';
  }
  const endings = name
    .split('.')
    .slice(1)
    .map((_, at, all) => all.slice(at).join('.'));
  const index =
    own(tables.names, name) ??
    endings.map((ending) => own(tables.extensions, ending)).find((found) => found !== undefined);
  return tables.pictures[index ?? tables.file] ?? '';
}

/** A file may be called `constructor`. */
const own = <Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
