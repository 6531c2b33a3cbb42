import { readFile, writeFile } from 'node:fs/promises';
import type { Cell } from './cell.ts';
import type { CellResult } from './run-cell.ts';

const BEGIN = '<!-- matrix -->';
const END = '<!-- /matrix -->';

const DONE: Readonly<Record<Cell['kind'], string>> = {
  framework: 'builds',
  server: 'answers',
  tool: 'prints what it prints natively',
  refused: 'is refused with its reason',
};

/** Writes the table between its two marks of a page. */
export async function putTable(
  path: string,
  cells: readonly Cell[],
  results: ReadonlyMap<string, CellResult>,
): Promise<void> {
  const page = await readFile(path, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`Cannot write the table: "${path}" has no "${BEGIN}" and "${END}"`);
  const table = formatTable(cells, results, new Date().toISOString().slice(0, 10));
  await writeFile(path, `${page.slice(0, from)}${BEGIN}\n${table}${page.slice(to)}`);
}

/** A line for each cell that was run: with which versions, what was seen, or why not. */
export function formatTable(cells: readonly Cell[], results: ReadonlyMap<string, CellResult>, date: string): string {
  const rows = cells.flatMap((cell) => {
    const result = results.get(cell.name);
    if (result === undefined) return [];
    const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`);
    const shown = versions.slice(0, 3).join(', ');
    return [`| ${cell.name} | ${shown} | ${result.passed ? 'yes' : '**no**'} | ${said(cell, result)} |`];
  });
  const passed = cells.filter((cell) => results.get(cell.name)?.passed === true).length;
  return [
    `Of ${date}, ${passed} of ${rows.length}:`,
    '',
    '| cell | with | works | what was seen, or the cause |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function said(cell: Cell, result: CellResult): string {
  if (!result.passed) return escaped(cell.outside ?? result.cause);
  const edited = cell.serves === undefined ? '' : ', shows an edit';
  const built = cell.kind === 'framework' && cell.serves !== undefined ? ', serves its page' : '';
  return `${DONE[cell.kind]}${built}${edited}`;
}

/** A cause has words of a program in it, which are no Markdown. */
function escaped(cause: string): string {
  return cause.replace(/\s+/g, ' ').replace(/[|<>*_`[\]]/g, '\\$&');
}
