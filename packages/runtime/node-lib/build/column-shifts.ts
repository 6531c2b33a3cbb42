/** Where our edits moved code to the right, so that a stack trace can move it back. */
import type { ColumnShift } from '../src/lazy-set.ts';
import type { Run } from './edits.ts';

/**
 * For each stretch of `original` in `result` that does not stand in its old
 * column: from where on, and by how much. Lines must be the same in both.
 */
export function columnShifts(original: string, result: string, runs: readonly Run[]): ColumnShift[] {
  const originalLines = lineStarts(original);
  const resultLines = lineStarts(result);
  const shifts: ColumnShift[] = [];
  let previous = { line: 0, shift: 0 };
  for (const run of runs) {
    const there = locate(originalLines, run.from);
    const here = locate(resultLines, run.at);
    if (there.line !== here.line) throw new Error(`Cannot keep lines: line ${there.line} has become line ${here.line}`);
    const shift = here.column - there.column;
    // A new line begins without a shift.
    const current = previous.line === here.line ? previous.shift : 0;
    if (shift !== current) shifts.push([here.line, here.column, shift]);
    const end = locate(resultLines, run.at + run.length);
    previous = end.line === here.line ? { line: here.line, shift } : { line: end.line, shift: 0 };
  }
  return shifts;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column of an offset, both from 1. */
function locate(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}
