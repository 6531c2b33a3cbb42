/**
 * The differential check: what the scanner makes of a text against what a real
 * parser makes of it. Both produce the same edits, so the texts must be equal.
 */
import { parse } from 'acorn';
import { Bail } from '../bail.ts';
import { chooseHelperNames } from '../names.ts';
import { scan } from '../scanner.ts';
import type { Goal } from '../scan-state.ts';
import { isParseError, parseText } from '../syntax-tree.ts';
import { examineTree } from '../tree-transform.ts';

export type Comparison =
  | { readonly outcome: 'same'; readonly awaits: number; readonly imports: number; readonly exports: number }
  /** The scanner gave up, the parser did not: only a matter of speed. */
  | { readonly outcome: 'bail'; readonly reason: string }
  /** The parser refuses the text: nothing to compare. */
  | { readonly outcome: 'invalid' }
  | { readonly outcome: 'different'; readonly what: string };

export function compareWithParser(source: string, goal: Goal): Comparison {
  const names = chooseHelperNames(source);
  if (names === undefined) return { outcome: 'invalid' };
  let expected: ReturnType<typeof examineTree>;
  try {
    expected = examineTree(source, parseText(parse, source, goal), names, goal);
  } catch (error) {
    if (isParseError(error) || error instanceof Bail) return { outcome: 'invalid' };
    throw error;
  }
  let found: ReturnType<typeof scan>;
  try {
    found = scan(source, goal, names);
  } catch (error) {
    if (error instanceof Bail) return { outcome: 'bail', reason: error.message };
    throw error;
  }
  const tables = found.declarations.builder.build({
    reassigned: found.assigned.later,
    allMutable: found.hasDirectEval,
    hasTopLevelAwait: found.hasTopLevelAwait,
    usesImportMeta: found.usesImportMeta,
  });
  const { mutableExports, ...rest } = tables;
  const { mutableExports: expectedMutable, ...expectedRest } = expected.tables;
  if (goal === 'module') {
    if (JSON.stringify(rest) !== JSON.stringify(expectedRest))
      return { outcome: 'different', what: firstDifference(JSON.stringify(expectedRest), JSON.stringify(rest)) };
    // The scanner may call more exports mutable, never fewer.
    const missed = expectedMutable.filter((name) => !mutableExports.includes(name));
    if (missed.length > 0) return { outcome: 'different', what: `missed assignments: ${missed.join(', ')}` };
  }
  const expectedText = expected.edits.toList().apply(source);
  const text = found.edits.apply(source);
  if (text !== expectedText) return { outcome: 'different', what: firstDifference(expectedText, text) };
  return {
    outcome: 'same',
    awaits: [names.awaited, names.operand, names.topLevelOperand].reduce(
      (sum, name) => sum + text.split(`${name}(`).length - 1,
      0,
    ),
    imports: tables.imports.length,
    exports: tables.localExports.length,
  };
}

function firstDifference(expected: string, found: string): string {
  let at = 0;
  while (expected[at] === found[at]) at++;
  const around = (text: string): string => `…${text.slice(Math.max(0, at - 60), at + 60)}…`;
  return `expected ${around(expected)} found ${around(found)}`;
}
