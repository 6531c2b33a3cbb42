import { roomArrows, type Importer, type MutualPair } from './folder-arrows.ts';
import { measureFile, type Comment, type FileFacts, type MeasuredFunction } from './measure-file.ts';
import type { CodeFile } from './read-tree.ts';

/** A function longer than this is named in the report. */
export const LONG_FUNCTION = 120;

/** A place in the tree, as `path:line`, and what is there. */
export interface Located<Thing> {
  readonly path: string;
  readonly thing: Thing;
}

/** The figures of a house. All of code alone, without tests, unless it says otherwise. */
export interface HouseFigures {
  readonly files: number;
  readonly lines: number;
  readonly testLines: number;
  readonly fileLines: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly functionLines: { readonly p95: number; readonly max: number };
  /** Lines with a comment, alone or beside code, of all lines, 0 to 1. */
  readonly commentShare: number;
  readonly anysPerKloc: number;
  readonly catches: number;
  readonly emptyCatches: number;
  readonly topLevelLets: number;
  readonly exports: number;
  readonly exportsWithoutSentence: number;
  readonly testToCode: number;
  readonly wideLines: number;
  readonly wideShare: number;
  readonly rooms: readonly { readonly room: string; readonly lines: number; readonly share: number }[];
  readonly mutualPairs: readonly MutualPair[];
  readonly backUp: readonly string[];
  readonly longFunctions: readonly Located<MeasuredFunction>[];
  /** Files that the parser refused; they count in nothing. */
  readonly unread: readonly string[];
}

/** A measured house and all its comments, for a reader to judge. */
export interface MeasuredHouse {
  readonly figures: HouseFigures;
  readonly comments: readonly Located<Comment>[];
}

interface Measured extends CodeFile {
  readonly facts: FileFacts;
}

/** Measures every file and adds up. */
export function measureHouse(files: readonly CodeFile[]): MeasuredHouse {
  const { measured, unread } = measureAll(files);
  const code = measured.filter(({ test }) => !test);
  const functions = code.flatMap(({ path, facts }) => facts.functions.map((thing) => ({ path, thing })));
  const sum = (of: readonly Measured[], pick: (facts: FileFacts) => number): number =>
    of.reduce((total, { facts }) => total + pick(facts), 0);
  const lines = sum(code, (facts) => facts.lines);
  const testLines = sum(measured, (facts) => facts.lines) - lines;
  const wideLines = sum(code, (facts) => facts.wideLines);
  const folders = foldersOf(code);
  return {
    figures: {
      files: code.length,
      lines,
      testLines,
      fileLines: quantiles(code.map(({ facts }) => facts.lines)),
      functionLines: quantiles(functions.map(({ thing }) => thing.lines)),
      commentShare: ratio(
        sum(code, (facts) => facts.commentLines),
        lines,
      ),
      anysPerKloc: ratio(sum(code, (facts) => facts.anys) * 1000, lines),
      catches: sum(code, (facts) => facts.catches),
      emptyCatches: sum(code, (facts) => facts.emptyCatches),
      topLevelLets: sum(code, (facts) => facts.topLevelLets),
      exports: sum(code, (facts) => facts.exports),
      exportsWithoutSentence: sum(code, (facts) => facts.bareExports.length),
      testToCode: ratio(testLines, lines),
      wideLines,
      wideShare: ratio(wideLines, lines),
      rooms: roomShares(code, lines),
      mutualPairs: folders.flatMap(({ pairs }) => pairs),
      backUp: folders.flatMap(({ backUp }) => backUp),
      longFunctions: functions
        .filter(({ thing }) => thing.lines > LONG_FUNCTION)
        .sort((one, other) => other.thing.lines - one.thing.lines),
      unread,
    },
    comments: code.flatMap(({ path, facts }) => facts.comments.map((thing) => ({ path, thing }))),
  };
}

function measureAll(files: readonly CodeFile[]): { measured: Measured[]; unread: string[] } {
  const measured: Measured[] = [];
  const unread: string[] = [];
  for (const file of files) {
    try {
      measured.push({ ...file, facts: measureFile(file.path, file.text) });
    } catch (error) {
      unread.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { measured, unread };
}

/** Of a tree with packages, what belongs to none of them is no room. */
function foldersOf(code: readonly Measured[]): ReturnType<typeof roomArrows>[] {
  const byRoom = new Map<string, Importer[]>();
  for (const { path, room, facts } of code) {
    byRoom.set(room, [...(byRoom.get(room) ?? []), { path, arrows: facts.arrows }]);
  }
  return [...byRoom]
    .filter(([room]) => room !== '.' || byRoom.size === 1)
    .map(([room, files]) => roomArrows(room, files));
}

function roomShares(code: readonly Measured[], lines: number): HouseFigures['rooms'] {
  const rooms = new Map<string, number>();
  for (const { room, facts } of code) rooms.set(room, (rooms.get(room) ?? 0) + facts.lines);
  return [...rooms]
    .map(([room, own]) => ({ room, lines: own, share: ratio(own, lines) }))
    .sort((one, other) => other.lines - one.lines);
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The smallest value that at least that share of all values does not exceed (nearest rank). */
function quantiles(values: readonly number[]): { p50: number; p95: number; max: number } {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
