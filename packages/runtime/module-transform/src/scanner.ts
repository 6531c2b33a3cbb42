/**
 * One pass over a text, without a syntax tree: finds what a module imports and
 * exports, which names are assigned to, and where the text must change so that
 * it can run as a function.
 *
 * It knows just enough of the grammar to tell a regular expression from a
 * division, a block from an object and a key from a keyword. Whatever it does
 * not know for certain is a `Bail`, and a real parser takes over.
 */
import { Bail } from './bail.ts';
import { charClass, CharClass, isForeignNewline, isForeignSpace } from './characters.ts';
import { Code } from './codes.ts';
import { endOfNumber } from './literals.ts';
import { endOfLine, endOfString } from './lookahead.ts';
import type { HelperNames } from './names.ts';
import { scanPunctuator } from './punctuators.ts';
import { ScanState, type Goal } from './scan-state.ts';
import { scanWord } from './words.ts';

/** Scans a whole text; throws `Bail` where only a parser can know. */
export function scan(source: string, goal: Goal, names: HelperNames): ScanState {
  const s = new ScanState(source, goal, names);
  // As long as before, so that no column moves: `#!` is no comment inside of a function.
  if (source.startsWith('#!')) {
    s.edits.replace(0, 2, '//');
    s.at = endOfLine(source, 0);
  }
  while (s.at < s.length) {
    const code = source.charCodeAt(s.at);
    const kind = code < Code.asciiEnd ? charClass[code] : classOfForeign(code);
    if (kind === CharClass.space) {
      s.at++;
    } else if (kind === CharClass.identifier) {
      scanWord(s, code);
    } else if (kind === CharClass.newline) {
      s.newline = true;
      s.at++;
    } else if (kind === CharClass.quote) {
      s.literal(endOfString(source, s.at));
    } else if (kind === CharClass.digit) {
      s.literal(endOfNumber(source, s.at));
    } else {
      scanPunctuator(s, code);
    }
  }
  // A bracket too many is found by `close`, one too few only here.
  if (s.nest.top !== 0) throw new Bail('open bracket at the end');
  s.endAwaits();
  s.endArrows();
  // The engine could not say it: the list is blanked, and the getter would fail at run time.
  if (!s.declarations.namesOnly(s.declared)) throw new Bail('export of an undeclared name');
  return s;
}

function classOfForeign(code: number): number {
  if (isForeignSpace(code)) return CharClass.space;
  return isForeignNewline(code) ? CharClass.newline : CharClass.identifier;
}
