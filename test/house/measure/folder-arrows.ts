import { dirname, join, normalize } from 'node:path';
import type { Arrow } from './measure-file.ts';

/** A file and whom it imports. */
export interface Importer {
  readonly path: string;
  readonly arrows: readonly Arrow[];
}

/** Two folders of one room that import each other. */
export interface MutualPair {
  readonly room: string;
  readonly folders: readonly [string, string];
  /** Both directions have an import by value; else at least one has types alone. */
  readonly byValue: boolean;
}

/** The imports between the folders of one room. */
export interface RoomArrows {
  readonly pairs: readonly MutualPair[];
  /** Imports of files that run against the best order of the room's folders that was found, by value. */
  readonly backUp: readonly string[];
}

interface FolderImport {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly text: string;
}

/**
 * Looks at the folders right below a room's `src` (`.` is `src` itself).
 * A room's entry, `src/index.ts`, may name anything below it, so it is not a
 * folder's file.
 */
export function roomArrows(room: string, files: readonly Importer[]): RoomArrows {
  const imports = files.flatMap((file) => folderImports(room, file));
  return { pairs: mutualPairs(room, imports), backUp: against(imports.filter(({ typeOnly }) => !typeOnly)) };
}

function folderOf(room: string, path: string): string {
  const inside = path.slice(room === '.' ? 0 : room.length + 1).replace(/^src\//, '');
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '.';
}

function folderImports(room: string, file: Importer): FolderImport[] {
  if (/(^|\/)src\/index\.[a-z]+$/.test(file.path)) return [];
  return file.arrows.flatMap(({ specifier, typeOnly }) => {
    if (!specifier.startsWith('.')) return [];
    const target = normalize(join(dirname(file.path), specifier));
    if (room !== '.' && !target.startsWith(`${room}/`)) return [];
    const [from, to] = [folderOf(room, file.path), folderOf(room, target)];
    return from === to ? [] : [{ from, to, typeOnly, text: `${file.path} -> ${target}` }];
  });
}

function mutualPairs(room: string, imports: readonly FolderImport[]): MutualPair[] {
  const arrows = new Map<string, boolean>();
  for (const { from, to, typeOnly } of imports) {
    const key = `${from} ${to}`;
    arrows.set(key, (arrows.get(key) ?? false) || !typeOnly);
  }
  return [...arrows.keys()].sort().flatMap((key) => {
    const [from = '', to = ''] = key.split(' ');
    const back = `${to} ${from}`;
    if (from > to || !arrows.has(back)) return [];
    return [{ room, folders: [from, to] as const, byValue: arrows.get(key) === true && arrows.get(back) === true }];
  });
}

/**
 * The imports that remain against the order once the folders are put so that as
 * few as possible do: each folder is moved to its best place until none moves.
 * Rooms have some forty folders, so that takes no time. Only folders in a circle can have such an import; the others
 * are left out, since moving one folder at a time does not always find their order.
 */
function against(all: readonly FolderImport[]): string[] {
  const imports = all.filter(({ from, to }) => reaches(all, to, from));
  const order = [...new Set(imports.flatMap(({ from, to }) => [from, to]))].sort();
  const wrong = (places: readonly string[]): FolderImport[] =>
    imports.filter(({ from, to }) => places.indexOf(from) > places.indexOf(to));
  let best = wrong(order).length;
  for (let moved = true; moved;) {
    moved = false;
    for (const folder of [...order]) {
      for (let place = 0; place < order.length; place++) {
        const tried = order.filter((other) => other !== folder);
        tried.splice(place, 0, folder);
        const count = wrong(tried).length;
        if (count >= best) continue;
        best = count;
        order.splice(0, order.length, ...tried);
        moved = true;
      }
    }
  }
  return wrong(order).map(({ text }) => text);
}

/** Whether imports lead from one folder to another, over any number of others. */
function reaches(imports: readonly FolderImport[], from: string, goal: string): boolean {
  const seen = new Set([from]);
  for (const folder of seen) for (const each of imports) if (each.from === folder) seen.add(each.to);
  return seen.has(goal);
}
