import { formatDate } from '../date-format.ts';
import { UsageError } from '../options.ts';
import type { Machine } from './machine.ts';
import type { Expression, Target } from './tree.ts';
import { fromInput, toNumber, type Value } from './values.ts';

/**
 * The functions of XCU awk, and the few of gawk that scripts use (gensub, systime,
 * strftime). Arguments come as expressions, since some of them are arrays or
 * targets. Lengths and places count characters from 1, not UTF-16 units.
 */
export function callBuiltin(machine: Machine, name: string, args: readonly Expression[]): Value {
  const value = (index: number): Value => {
    const argument = args[index];
    return argument === undefined ? undefined : machine.evaluate(argument);
  };
  const text = (index: number): string => machine.text(value(index));
  const number = (index: number): number => toNumber(value(index));
  switch (name) {
    case 'length': {
      const argument = args[0];
      if (argument === undefined) return [...machine.text(machine.getField(0))].length;
      // A bare name may be an array; only what has no value as a variable is looked for among them.
      if (argument.kind === 'variable' && machine.get(argument.name) === undefined) {
        const array = machine.array(argument.name);
        if (array.size > 0) return array.size;
      }
      return [...text(0)].length;
    }
    case 'substr':
      return substring(text(0), number(1), args.length > 2 ? number(2) : Infinity);
    case 'index': {
      const [whole, part] = [text(0), text(1)];
      const at = whole.indexOf(part);
      return at === -1 ? 0 : [...whole.slice(0, at)].length + 1;
    }
    case 'split':
      return split(machine, text(0), args);
    case 'sub':
    case 'gsub':
      return substitute(machine, args, name === 'gsub');
    case 'gensub':
      return generalSubstitute(machine, args);
    case 'match': {
      const subject = text(0);
      const pattern = args[1];
      const match = pattern === undefined ? null : machine.pattern(pattern).exec(subject);
      const start = match === null ? 0 : [...subject.slice(0, match.index)].length + 1;
      // XCU awk: no match is 0 and -1, which no match can give.
      machine.set('RSTART', start);
      machine.set('RLENGTH', match === null ? -1 : [...match[0]].length);
      const captures = args[2];
      if (captures?.kind === 'variable') {
        const array = machine.array(captures.name);
        array.clear();
        match?.forEach((group, index) => array.set(String(index), fromInput(group ?? '')));
      }
      return start;
    }
    case 'sprintf':
      return machine.format(
        text(0),
        args.slice(1).map((argument) => machine.evaluate(argument)),
      );
    case 'tolower':
      return text(0).toLowerCase();
    case 'toupper':
      return text(0).toUpperCase();
    case 'int':
      return Math.trunc(number(0));
    case 'sqrt':
      return Math.sqrt(number(0));
    case 'exp':
      return Math.exp(number(0));
    case 'log':
      return Math.log(number(0));
    case 'sin':
      return Math.sin(number(0));
    case 'cos':
      return Math.cos(number(0));
    case 'atan2':
      return Math.atan2(number(0), number(1));
    case 'rand':
      return random(machine);
    case 'srand': {
      // XCU awk: gives the seed from before, and without an argument the time of day is the new one.
      const before = machine.seed;
      machine.seed = args.length === 0 ? Math.floor(Date.now() / 1000) : number(0);
      return before;
    }
    case 'system':
      // What was printed has to be out before the command prints.
      machine.streams.flush();
      return machine.context.run(['sh', '-c', text(0)]);
    case 'close':
      return machine.streams.close(text(0));
    case 'fflush':
      machine.streams.flush();
      return 0;
    case 'systime':
      return Math.floor(Date.now() / 1000);
    case 'strftime':
      // gawk's default, that of date(1).
      return formatDate(
        args.length > 0 ? text(0) : '%a %b %e %H:%M:%S %Z %Y',
        (args.length > 1 ? number(1) : Date.now() / 1000) * 1000,
        machine.context.env['TZ'],
      );
    default:
      throw new UsageError(`function ${name} never defined`, 2, false);
  }
}

function substring(text: string, from: number, length: number): string {
  const characters = [...text];
  // POSIX: the characters from `from` to `from + length - 1`, rounded,
  // of which those exist that do: substr("hello", 0, 2) is "h".
  const start = Math.round(from);
  const end = length === Infinity ? characters.length + 1 : Math.round(from) + Math.round(length);
  return characters.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join('');
}

/**
 * XCU awk, split(): the number of parts; what the array held before is gone. Throws UsageError where it gets
 * no array.
 */
function split(machine: Machine, text: string, args: readonly Expression[]): Value {
  const target = args[1];
  if (target?.kind !== 'variable') throw new UsageError('split: the second argument is no array', 2, false);
  const separator = args[2];
  const by =
    separator === undefined
      ? machine.text(machine.get('FS'))
      : separator.kind === 'regex'
        ? separator.source
        : machine.text(machine.evaluate(separator));
  // A single character as a string is itself, but for the blank; written
  // as `/x/` it is an expression, so it is made to look like a longer one.
  const parts =
    separator?.kind === 'regex' && by.length === 1 && by !== ' '
      ? machine.splitText(text, `[${by}]`.replace('[^]', '\\^').replace('[.]', '(.)'))
      : machine.splitText(text, by);
  const array = machine.array(target.name);
  array.clear();
  parts.forEach((part, index) => array.set(String(index + 1), part));
  return parts.length;
}

/** XCU awk, sub() and gsub(): how many were replaced. Without a target it works on `$0`. */
function substitute(machine: Machine, args: readonly Expression[], global: boolean): Value {
  const pattern = args[0];
  const target: Expression = args[2] ?? { kind: 'field', index: { kind: 'number', value: 0 } };
  if (pattern === undefined) throw new UsageError('sub: not enough arguments', 2, false);
  const replacement = args[1] === undefined ? '' : machine.text(machine.evaluate(args[1]));
  const subject = machine.text(machine.evaluate(target));
  let count = 0;
  let result = '';
  let at = 0;
  for (const match of subject.matchAll(machine.pattern(pattern))) {
    // After a match that took something no empty one may follow
    // at the same place (XCU sed and awk, gsub("x*", "-")).
    if (match[0] === '' && match.index === at && count > 0 && at > 0) continue;
    count++;
    result +=
      subject.slice(at, match.index) +
      // The lexer has left one backslash of two: `\\&` in
      // the program is `\&` here and means the character.
      replacement.replace(/\\(\\|&)|&/g, (whole, escaped?: string) =>
        escaped === undefined ? (whole === '&' ? match[0] : whole) : escaped === '&' ? '&' : '\\',
      );
    at = match.index + match[0].length;
    if (!global) break;
  }
  // Assigned only when something was replaced: assigning to $0 splits the fields anew.
  if (count > 0 && isTarget(target)) machine.assign(target, result + subject.slice(at));
  return count;
}

/** gawk's gensub(): the changed text, with `\1` and the like in the replacement; its target is left as it is. */
function generalSubstitute(machine: Machine, args: readonly Expression[]): Value {
  const [pattern, replacement, how, subject] = args;
  if (pattern === undefined || replacement === undefined || how === undefined)
    throw new UsageError('gensub: not enough arguments', 2, false);
  const text = machine.text(subject === undefined ? machine.getField(0) : machine.evaluate(subject));
  const by = machine.text(machine.evaluate(replacement));
  const which = machine.text(machine.evaluate(how));
  // gawk: anything but g and G counts, from 1.
  const wanted = /^[gG]/.test(which) ? 0 : Math.max(1, Number(which) || 1);
  let count = 0;
  return text.replace(machine.pattern(pattern), (...found: unknown[]) => {
    count++;
    const groups = found as (string | undefined)[];
    if (wanted !== 0 && count !== wanted) return groups[0] ?? '';
    return by.replace(/\\(\d|\\|&)|&/g, (whole, escaped?: string) =>
      whole === '&' ? (groups[0] ?? '') : /\d/.test(escaped ?? '') ? (groups[Number(escaped)] ?? '') : (escaped ?? ''),
    );
  });
}

/**
 * XCU awk, rand and srand: the same seed gives the same numbers.
 * A linear congruential generator; nothing here is secret.
 */
function random(machine: Machine): number {
  machine.seed = (Math.imul(machine.seed | 0, 1664525) + 1013904223) | 0;
  return (machine.seed >>> 0) / 2 ** 32;
}

const isTarget = (expression: Expression): expression is Target =>
  expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element';
