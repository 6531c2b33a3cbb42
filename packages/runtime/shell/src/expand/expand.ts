import type { ParameterOperator, Word, WordPart } from '../syntax/ast.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Shell } from '../state/shell.ts';
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts';
import { glob, hasMagic } from './glob.ts';
import { assignVariable, getParameter } from './parameters.ts';
import { compilePattern, type Pattern, trim } from './pattern.ts';
import { type Field, fieldText, type Piece, type Segment, splitFields } from './segments.ts';
import { expandBraces } from './braces.ts';

/** What one command line may grow to, in UTF-16 units: `x=$x$x` doubles until something stops it. */
const MAX_EXPANSION_CHARACTERS = 128 * 1024 * 1024;
// XCU 2.6.5: so does a shell split whose IFS is unset.
// An empty IFS is another thing: nothing is split.
const DEFAULT_IFS = ' \t\n';

interface Context {
  /** Inside double quotes or where nothing is split: results are literal. */
  readonly quoted: boolean;
  /** Inside `${x-word}`: the word's own text is a result of expansion. */
  readonly inExpansion: boolean;
  /**
   * Where a tilde counts (XCU 2.6.1): at the beginning
   * of a word, in an assignment also behind each `:`.
   */
  readonly tilde: 'start' | 'assignment' | 'none';
}

/**
 * The fields that words expand to: everything of XCU 2.6, in its order.
 *
 *   braces (extended) → tilde, parameters, substitutions, arithmetic, from left to right
 *   → splitting at IFS (2.6.5) → file names (2.6.6) → quotes gone (2.6.7)
 *
 * There is no last step: the parser has taken the quotes
 * away and every piece says whether it was quoted.
 */
export function expandWords(sh: Shell, words: readonly Word[]): string[] {
  const result: string[] = [];
  for (const word of words) {
    const only = word.length === 1 ? word[0] : undefined;
    // Most words of most scripts.
    if (only?.kind === 'text' && !/[~*?[{\\]/.test(only.text)) {
      result.push(only.text);
      continue;
    }
    const variants = sh.dialect === 'extended' ? expandBraces(word) : [word];
    for (const variant of variants) for (const field of expandFields(sh, variant)) pushPathnames(sh, field, result);
  }
  return result;
}

function expandFields(sh: Shell, word: Word): Field[] {
  const segments: Segment[] = [];
  expandParts(sh, word, segments, { quoted: false, inExpansion: false, tilde: 'start' });
  checkSize(segments);
  return splitFields(segments, sh.state.variables.get('IFS') ?? DEFAULT_IFS);
}

/** XCU 2.6.6, for one field. */
function pushPathnames(sh: Shell, field: Field, result: string[]): void {
  // A pattern that matches nothing stays as it is (2.6.6): `ls *.x` complains about `*.x`.
  if (!sh.state.options.has('noglob') && hasMagic(field)) {
    const found = glob(field, { fs: sh.sys.fs, absolute: (path) => sh.sys.absolute(path) });
    if (found !== undefined) {
      for (const path of found) result.push(path);
      return;
    }
  }
  result.push(fieldText(field));
}

/** One string, neither split nor matched against files: assignments, `case` subjects, here-documents. */
export function expandString(sh: Shell, word: Word, tilde: Context['tilde'] = 'start'): string {
  let text = '';
  for (const piece of expandPieces(sh, word, tilde)) text += piece.text;
  return text;
}

/**
 * The value of `name=word` (XCU 2.9.1): tildes also behind
 * colons, as in `PATH=~/bin:~/x`, and no splitting.
 */
export const expandAssignment = (sh: Shell, word: Word): string => expandString(sh, word, 'assignment');

/**
 * A word as a pattern of `case`, `[[ = ]]` or `${x#…}`: what is
 * quoted in it, or came from a quoted expansion, matches only itself.
 */
export const expandPattern = (sh: Shell, word: Word): Pattern => compilePattern(expandPieces(sh, word, 'start'));

/**
 * A redirection's target: one field, never split and never
 * matched against files (XCU 2.7 lets a script's shell do so).
 */
export function expandTarget(sh: Shell, word: Word): string {
  return expandString(sh, word);
}

/** For what is one string in any case: assignments, patterns, redirections. */
function expandPieces(sh: Shell, word: Word, tilde: Context['tilde']): Piece[] {
  const segments: Segment[] = [];
  expandParts(sh, word, segments, { quoted: false, inExpansion: false, tilde });
  checkSize(segments);
  // Where nothing is split the parameters of `$@` are joined by blanks.
  return segments.map((segment) =>
    segment.kind === 'break' ? { text: ' ', quoted: false } : { text: segment.text, quoted: segment.quoted },
  );
}

// After the fact, but before splitting and matching multiply the copies.
function checkSize(segments: readonly Segment[]): void {
  let size = 0;
  for (const segment of segments) if (segment.kind === 'text') size += segment.text.length;
  if (size > MAX_EXPANSION_CHARACTERS) throw new ShellError('Out of space');
}

function expandParts(sh: Shell, parts: Word, out: Segment[], context: Context): void {
  parts.forEach((part, index) => expandPart(sh, part, out, context, index === 0, parts.length === index + 1));
}

/**
 * `first` and `last` tell where a tilde may stand. Throws {@link ShellError} for a bad substitution, and with
 * `set -u` for a name without a value.
 */
function expandPart(sh: Shell, part: WordPart, out: Segment[], context: Context, first: boolean, last: boolean): void {
  const push = (text: string, quoted: boolean, split: boolean): void => {
    out.push({ kind: 'text', text, quoted, split });
  };
  switch (part.kind) {
    case 'text': {
      const { head, tail } = splitTilde(sh, part.text, context, first, last);
      // The directory of a tilde is as if quoted (2.6.1):
      // a home with blanks or a `*` in it stays one field.
      if (head !== '') push(head, true, false);
      // The word's own text is not split, unless it is the
      // word of `${x-…}`, which is a result like any other.
      if (tail !== '' || part.text === '') push(tail, context.quoted, context.inExpansion && !context.quoted);
      return;
    }
    case 'quoted':
      push(part.text, true, false);
      return;
    case 'double': {
      const before = out.length;
      expandParts(sh, part.parts, out, { quoted: true, inExpansion: context.inExpansion, tilde: 'none' });
      // "" is a field; "$@" without parameters is none.
      if (out.length === before && !part.parts.some((inner) => inner.kind === 'parameter' && inner.name === '@'))
        push('', true, false);
      return;
    }
    case 'substitution':
      // Not split, not matched: what is in double quotes
      // stays one field whatever the commands print.
      push(sh.substitute(part.body), context.quoted, !context.quoted);
      return;
    case 'arithmetic':
      // XCU 2.6.4: the expression is expanded first, as if in double quotes, and the result is read.
      push(String(arithmetic(sh, expandString(sh, part.expression, 'none'))), context.quoted, !context.quoted);
      return;
    case 'bad':
      throw new ShellError('Bad substitution');
    case 'length': {
      const value = getParameter(sh, part.name);
      if (value === undefined) requireSet(sh, part.name);
      // `${#@}` is unspecified in POSIX; dash and bash both say
      // how many there are. A length counts characters, not bytes.
      const length = part.name === '@' || part.name === '*' ? sh.state.parameters.length : [...(value ?? '')].length;
      push(String(length), context.quoted, !context.quoted);
      return;
    }
    case 'parameter':
      expandParameter(sh, part.name, part.operator, part.word, out, context);
  }
}

/** XCU 2.6.2, by its table of operators. */
function expandParameter(
  sh: Shell,
  name: string,
  operator: ParameterOperator | undefined,
  word: Word | undefined,
  out: Segment[],
  context: Context,
): void {
  const value = getParameter(sh, name);
  const pushValue = (text: string): void => {
    out.push({ kind: 'text', text, quoted: context.quoted, split: !context.quoted });
  };
  // `${x-word}`: the word is expanded only where it is used,
  // so that `${x-$(cmd)}` runs nothing while x is set.
  const pushWord = (): void =>
    expandParts(sh, word ?? [], out, { ...context, inExpansion: true, tilde: context.quoted ? 'none' : 'start' });

  switch (operator) {
    case undefined:
      if (value === undefined) requireSet(sh, name);
      if (name === '@' || (name === '*' && !context.quoted)) pushParameters(sh, out, context);
      else if (value !== undefined) pushValue(value);
      else if (context.quoted) pushValue('');
      return;
    case '#':
    case '##':
    case '%':
    case '%%': {
      if (value === undefined) requireSet(sh, name);
      // The pattern of `"${x#*}"` is no quoted text: XCU 2.6.2
      // says that the quotes around do not reach into it.
      const pattern = expandPattern(sh, word ?? []);
      pushValue(
        trim(
          value ?? '',
          pattern,
          operator.startsWith('#') ? 'prefix' : 'suffix',
          operator.length === 1 ? 'shortest' : 'longest',
        ),
      );
      return;
    }
    default: {
      // The colon makes a value that is empty count like none.
      const missing = value === undefined || (operator.startsWith(':') && value === '');
      const action = operator.at(-1);
      if (action === '+') {
        if (!missing) pushWord();
        else if (context.quoted) pushValue('');
        return;
      }
      if (!missing) {
        if (name === '@' || (name === '*' && !context.quoted)) pushParameters(sh, out, context);
        else pushValue(value);
        return;
      }
      if (action === '-') pushWord();
      else if (action === '=') {
        // Only variables: `${1=x}` and `${@=x}` cannot assign (2.6.2).
        if (!/^[A-Za-z_]/.test(name)) throw new ShellError(`${name}: bad variable name`);
        const text = expandString(sh, word ?? []);
        assignVariable(sh, name, text);
        pushValue(text);
      } else {
        // `${x?word}`: an error of expansion, which ends a script (XCU 2.8.1).
        const message = expandString(sh, word ?? []);
        throw new ShellError(
          `${name}: ${message === '' ? `parameter not set${operator === ':?' ? ' or null' : ''}` : message}`,
        );
      }
    }
  }
}

/** `$@`, and `$*` outside quotes: a field each. */
function pushParameters(sh: Shell, out: Segment[], context: Context): void {
  sh.state.parameters.forEach((text, index) => {
    if (index > 0) out.push({ kind: 'break' });
    out.push({ kind: 'text', text, quoted: context.quoted, split: !context.quoted });
  });
}

/** `set -u`. `$@` and `$*` are never an error: no parameters is an ordinary case (XCU set, -u). */
function requireSet(sh: Shell, name: string): void {
  if (sh.state.options.has('nounset') && name !== '@' && name !== '*')
    throw new ShellError(`${name}: parameter not set`);
}

/**
 * The value of an expression with the variables of `sh`, for `$((…))`
 * and the numbers of `[[`. What is wrong with it is a `ShellError`.
 */
export function arithmetic(sh: Shell, text: string): bigint {
  try {
    return evaluateArithmetic(text, {
      get: (name) => {
        const value = getParameter(sh, name);
        if (value === undefined) requireSet(sh, name);
        return value;
      },
      set: (name, value) => assignVariable(sh, name, value),
    });
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ShellError(error.message);
    throw error;
  }
}

/** XCU 2.6.1. In an assignment also after each colon. */
function splitTilde(
  sh: Shell,
  text: string,
  context: Context,
  first: boolean,
  last: boolean,
): { head: string; tail: string } {
  if (context.tilde === 'none' || context.quoted || !text.includes('~')) return { head: '', tail: text };
  // No file says where other people's homes are; an unknown
  // name leaves the text as it is, which 2.6.1 leaves open.
  const home = (name: string): string | undefined => {
    if (name === '') return sh.state.variables.get('HOME');
    return name === 'root' ? '/root' : undefined;
  };
  // The login name ends at a slash, in an assignment also at a colon.
  const prefix = /^~([A-Za-z0-9_.-]*)(?=\/|:|$)/;
  let tail = text;
  let head = '';
  if (first) {
    const match = prefix.exec(tail);
    // `~"user"` is not a tilde prefix: the name has to end inside the text.
    const complete =
      match !== null &&
      (match[0].length < tail.length || last) &&
      (context.tilde === 'assignment' || tail[match[0].length] !== ':');
    const directory = complete ? home(match[1] ?? '') : undefined;
    if (match !== null && directory !== undefined) {
      head = directory;
      tail = tail.slice(match[0].length);
    }
  }
  if (context.tilde === 'assignment')
    tail = tail.replace(/:~([A-Za-z0-9_.-]*)(?=\/|:|$)/g, (whole, name: string) => {
      const directory = home(name);
      return directory === undefined ? whole : `:${directory}`;
    });
  return { head, tail };
}
