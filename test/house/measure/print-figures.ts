import type { HouseFigures } from './measure-house.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The figures as a table in Markdown, what is counted beside what was found, then the places to look at. */
export function printFigures(figures: HouseFigures): string {
  const { fileLines, functionLines, mutualPairs, rooms } = figures;
  const biggest = rooms[0];
  const byValue = mutualPairs.filter((pair) => pair.byValue);
  const rows: [string, string][] = [
    ['code: files, lines (tests apart)', `${figures.files}, ${figures.lines}`],
    ['file lines p50/p95/max', `${fileLines.p50}/${fileLines.p95}/${fileLines.max}`],
    ['function lines p95/max', `${functionLines.p95}/${functionLines.max}`],
    ['comment: lines with one, of all lines', percent(figures.commentShare)],
    ['`any` per 1000 lines', figures.anysPerKloc.toFixed(2)],
    ['catches without a statement', `${figures.emptyCatches} of ${figures.catches}`],
    ['`let` or `var` at the top of a module', String(figures.topLevelLets)],
    [
      'exports without a sentence above',
      `${percent(figures.exports === 0 ? 0 : figures.exportsWithoutSentence / figures.exports)} of ${figures.exports}`,
    ],
    ['test lines : code lines', figures.testToCode.toFixed(2)],
    ['lines over 120 columns', `${figures.wideLines} (${percent(figures.wideShare)})`],
    [
      'biggest room (workspace package), of all code lines',
      biggest === undefined ? 'none' : `${percent(biggest.share)} ${biggest.room}`,
    ],
    ['pairs of folders in one room that import each other by value', String(byValue.length)],
    ['such pairs where one direction is types alone', String(mutualPairs.length - byValue.length)],
    ['imports back up: against the best order of a room\u2019s folders', String(figures.backUp.length)],
    [`functions over 120 lines`, String(figures.longFunctions.length)],
  ];
  return [
    '| | |',
    '|---|---|',
    ...rows.map(([what, value]) => `| ${what} | ${value} |`),
    ...list(
      'Functions over 120 lines',
      figures.longFunctions.map(({ path, thing }) => `${path}:${thing.line} ${thing.name} (${thing.lines})`),
    ),
    ...list(
      'Folders that import each other',
      mutualPairs.map(
        ({ room, folders, byValue: value }) => `${room}: ${folders.join(' <-> ')}${value ? '' : ' (types)'}`,
      ),
    ),
    ...list('Imports back up', figures.backUp),
    ...list('Files that were not read', figures.unread),
  ].join('\n');
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
