import { strerror } from '@slipway/posix';
import { assignVariable } from '../expand/parameters.ts';
import { readLine } from '../io/input.ts';
import { decodeLossy, encode } from '../io/text.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { isName } from '../syntax/characters.ts';
import type { Builtin } from './builtin.ts';

/** A character of the line; one after a backslash splits nothing and is never IFS. */
interface ReadChar {
  readonly c: string;
  readonly escaped: boolean;
}

/**
 * XCU read, with `-p` of dash. 1 at the end of the input; what
 * came before it without a newline is assigned all the same.
 */
export const read: Builtin['run'] = (sh, args) => {
  let raw = false;
  let prompt = '';
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    let letters = arg.slice(1);
    while (letters !== '') {
      const letter = letters[0];
      letters = letters.slice(1);
      if (letter === 'r') raw = true;
      else if (letter === 'p') {
        prompt = letters !== '' ? letters : (args[++i] ?? '');
        letters = '';
      } else throw new ShellError(`read: Illegal option -${letter}`);
    }
  }
  const names = args.slice(i);
  if (names.length === 0) {
    if (sh.dialect === 'posix') throw new ShellError('read: arg count');
    names.push('REPLY');
  }
  for (const name of names) if (!isName(name)) throw new ShellError(`read: ${name}: bad variable name`);
  // To a terminal only: a prompt in a pipe's output helps nobody.
  if (prompt !== '' && sh.sys.descriptors.get(0)?.kind === 'stream') sh.sys.descriptors.write(2, encode(prompt), null);

  const { chars, complete } = readChars(sh, raw);
  assignFields(sh, names, chars);
  return complete ? 0 : 1;
};

/** `complete` is false where the input ended before a newline: then `read` ends with 1. */
function readChars(sh: Interpreter, raw: boolean): { chars: ReadChar[]; complete: boolean } {
  // Continued lines are read one after the other until one is complete.
  const chars: ReadChar[] = [];
  for (;;) {
    const line = readLine(sh.sys.descriptors, 0);
    // A signal: its trap runs, and the reading goes on where it was.
    if (line === undefined) {
      sh.checkSignals();
      continue;
    }
    if (typeof line === 'number') {
      sh.warn(`read: ${strerror(line)}`);
      return { chars, complete: false };
    }
    let escaped = false;
    for (const c of decodeLossy(line.bytes)) {
      if (!raw && !escaped && c === '\\') {
        escaped = true;
        continue;
      }
      // A variable of the shell cannot hold a zero byte.
      if (c !== '\0') chars.push({ c, escaped });
      escaped = false;
    }
    // A backslash before the newline joins the lines.
    if (!escaped || !line.complete) return { chars, complete: line.complete };
  }
}

/**
 * Splits as XCU 2.6.5 does, but gives the last name
 * all that is left, with its delimiters (XCU read).
 */
function assignFields(sh: Interpreter, names: readonly string[], chars: readonly ReadChar[]): void {
  const ifs = sh.state.variables.get('IFS') ?? ' \t\n';
  const isIfs = (at: number): boolean =>
    at < chars.length && chars[at]?.escaped === false && ifs.includes(chars[at]?.c ?? '');
  const isBlankIfs = (at: number): boolean => isIfs(at) && ' \t\n'.includes(chars[at]?.c ?? '');
  let at = 0;
  while (isBlankIfs(at)) at++;
  names.forEach((name, index) => {
    let text = '';
    if (index < names.length - 1) {
      while (at < chars.length && !isIfs(at)) text += chars[at++]?.c;
      while (isBlankIfs(at)) at++;
      if (isIfs(at)) {
        // One delimiter that is no blank, with the blanks around it.
        if (text !== '' || !isBlankIfs(at)) at++;
        while (isBlankIfs(at)) at++;
      }
    } else {
      let end = chars.length;
      while (end > at && isBlankIfs(end - 1)) end--;
      // A single delimiter after the last field is none of it.
      if (end > at && isIfs(end - 1) && !chars.slice(at, end - 1).some((_, offset) => isIfs(at + offset))) {
        end--;
        while (end > at && isBlankIfs(end - 1)) end--;
      }
      for (; at < end; at++) text += chars[at]?.c;
    }
    assignVariable(sh, name, text);
  });
}
