/**
 * SyntaxErrors as V8 words and places them.
 *
 * The engine reports the message of an evaluated text but not where the error
 * is; the parser knows where. Together they make what Node prints above the
 * stack: `file:line`, the source line, a caret.
 */
import {
  Bail,
  isParseError,
  parseText,
  skipBlanks,
  type LoadParse,
  type ParseError,
  type ParseGoal,
} from '@slipway/module-transform';
import { inV8Words, speaksLikeV8 } from '../../engine/syntax-words.ts';

/** Where an error is, and how long what is wrong. */
export interface ErrorPlace {
  readonly line: number;
  /** From 0, in UTF-16 units; `line` is from 1. */
  readonly column: number;
  /** 0 where there is nothing to mark, negative where it ends on another line. */
  readonly length: number;
}

/** Where the parser finds the text wrong; `undefined` if it does not. */
export function findSyntaxError(source: string, goal: ParseGoal, loadParse: LoadParse): ErrorPlace | undefined {
  const error = parserError(source, goal, loadParse);
  return error === undefined ? undefined : placeOf(source, error);
}

/** As `findSyntaxError`, in the parser's own words. */
export function parserError(source: string, goal: ParseGoal, loadParse: LoadParse): ParseError | undefined {
  try {
    parseText(loadParse(), source, goal);
    return undefined;
  } catch (error) {
    if (!isParseError(error)) throw error;
    return error;
  }
}

/** What of the text is wrong in the engine's words, and where the parser found it. */
export interface Diagnosis {
  readonly message: string;
  readonly place: ErrorPlace | undefined;
}

/** These are said of the text itself, or of its parameters. */
const SAID_OF_THE_TEXT = /^Identifier '|^Cannot use |^Unexpected token 'export'/;
/** These may be said of the brackets around it. */
const ABOUT_BRACKETS =
  /^Unexpected token '[)}]'|^Unexpected end of input|^Unterminated template|^Single function literal/;
/** Legal in the body of a function, and only there. */
const LEGAL_IN_A_BODY = /^Illegal return|^new\.target/;

interface Judges {
  readonly loadParse: LoadParse;
  readonly indirectEval: (text: string) => unknown;
}

/**
 * Of a text that does not compile. What the engine said may be about the brackets
 * that were put around it, so it is asked about the text alone.
 */
export function diagnose(source: string, goal: 'script' | 'global', said: string, parts: Judges): Diagnosis {
  const error = parserError(source, goal, parts.loadParse);
  const place = error === undefined ? undefined : placeOf(source, error);
  if (!speaksLikeV8(parts.indirectEval)) return { message: parsedMessage(source, error, said), place };
  // No brackets of ours can have caused these.
  if (SAID_OF_THE_TEXT.test(said)) return { message: said, place };
  // The engine, asked about the bare text: in a script `return` is an error, in a body it is none.
  const alone = scriptComplaint(source, parts.indirectEval);
  if (alone !== undefined && (goal === 'global' || !LEGAL_IN_A_BODY.test(alone))) return { message: alone, place };
  const parsed = error === undefined ? said : engineMessage(source, error);
  return { message: ABOUT_BRACKETS.test(said) || ABOUT_BRACKETS.test(parsed) ? parsed : said, place };
}

/** The parser's complaint in V8's words; what it does not see, in the engine's. */
export function parsedMessage(source: string, error: ParseError | undefined, said: string): string {
  return error === undefined ? inV8Words(said) : engineMessage(source, error);
}

/** What the engine has against the text as a script; it is read to its end before the first statement throws. */
function scriptComplaint(source: string, indirectEval: (text: string) => unknown): string | undefined {
  const text = source.startsWith('#!') ? `//${source}` : source;
  try {
    /** Whatever compiles is stopped before its first statement, so asking runs nothing of the program. */
    indirectEval(`${isStrict(text) ? "'use strict';" : ''}throw undefined;\n${text}`);
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : undefined;
  }
}

function isStrict(text: string): boolean {
  try {
    return /^(["'])use strict\1/.test(text.slice(skipBlanks(text, 0)).slice(0, 20));
  } catch (error) {
    if (error instanceof Bail) return false;
    throw error;
  }
}

/** Where V8 would put a parser's error. */
export function placeOf(source: string, error: ParseError): ErrorPlace {
  const { line, column } = error.loc;
  // The engine has read to the end when it misses the end of a template; of a comment it shows the line.
  if (error.message.startsWith('Unterminated template')) return endOf(source);
  if (error.message.startsWith('Unterminated comment'))
    return { line, column, length: /[\n\r]/.test(source.slice(error.pos)) ? -1 : source.length - error.pos };
  if (error.message.startsWith('Unterminated regular expression')) return { line, column: column - 1, length: 1 };
  if (error.pos >= source.length) return endOf(source);
  const token = tokenAt(source, error.pos);
  // The parser takes a misplaced `await` for a name and stumbles over what follows; the engine points at the word.
  const before = source.slice(error.pos - column, error.pos);
  const misplaced = /\bawait\s+$/.exec(before);
  if (misplaced !== null && !/^[.=+\-*/%&|^<>?,;:)\]}]/.test(token))
    return { line, column: misplaced.index, length: 'await'.length };
  return { line, column, length: token.length || 1 };
}

function endOf(source: string): ErrorPlace {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length, column: lines.at(-1)?.length ?? 0, length: 0 };
}

function tokenAt(source: string, at: number): string {
  return (
    /^(?:[\p{ID_Start}$_#][\p{ID_Continue}$]*|\d[\w.]*|=>|[=!]==?|&&|\|\||\?\?|\.\.\.|[^\s])/u.exec(
      source.slice(at, at + 200),
    )?.[0] ?? ''
  );
}

/** `file:line`, the line, carets below: node::GetErrorSource. */
export function arrowMessage(file: string, source: string, { line, column, length }: ErrorPlace): string {
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? '';
  if (length < 0) return `${file}:${line}\n${text}\n`;
  const indent = text.slice(0, column).replace(/[^\t]/g, ' ');
  const carets = Math.max(Math.min(length, 1), Math.min(length, text.length - column));
  return `${file}:${line}\n${text}\n${indent}${'^'.repeat(carets)}\n`;
}

/** acorn's message in V8's words, for texts that the engine cannot be asked about. */
export function engineMessage(source: string, error: ParseError): string {
  // acorn puts "(line:column)" behind its messages.
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  const token = tokenAt(source, error.pos);
  if (message === 'Unexpected token') return unexpected(token);
  if (token === 'export' && message.startsWith("'import' and 'export' may")) return unexpected(token);
  for (const [pattern, wording] of WORDINGS) {
    const match = pattern.exec(message);
    if (match !== null) return wording.replace('$1', match[1] ?? '');
  }
  return message;
}

function unexpected(token: string): string {
  if (token === '') return 'Unexpected end of input';
  if (/^["']/.test(token)) return 'Unexpected string';
  if (token.startsWith('`')) return 'Unexpected template string';
  if (/^\d/.test(token)) return 'Unexpected number';
  if (/^[\p{ID_Start}$_]/u.test(token) && !RESERVED.test(token)) return `Unexpected identifier '${token}'`;
  return `Unexpected token '${token}'`;
}

const RESERVED = new RegExp(
  '^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|false|finally|for|' +
    'function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$',
);

const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^Unterminated (?:string constant|comment)/, 'Invalid or unexpected token'],
  [/^Unexpected character/, 'Invalid or unexpected token'],
  [/^Unterminated template/, 'Unexpected end of input'],
  [/^Unterminated regular expression/, 'Invalid regular expression: missing /'],
  [/^Assigning to rvalue/, 'Invalid left-hand side in assignment'],
  [/^Duplicate export '(.*)'/, "Duplicate export of '$1'"],
  [/^Export '(.*)' is not defined/, "Export '$1' is not defined in module"],
  [/^'return' outside of function/, 'Illegal return statement'],
  [
    /^Cannot use keyword 'await' outside an async function/,
    'await is only valid in async functions and the top level bodies of modules',
  ],
  [/^Cannot use 'import.meta' outside a module/, "Cannot use 'import.meta' outside a module"],
  [/^'import' and 'export' may appear only with 'sourceType: module'/, 'Cannot use import statement outside a module'],
  [/^'import' and 'export' may only appear at the top level/, 'Cannot use import statement outside a module'],
  [/^Unsyntactic break/, 'Illegal break statement'],
  [/^Unsyntactic continue/, 'Illegal continue statement: no surrounding iteration statement'],
  [/^The keyword '(.*)' is reserved/, 'Unexpected strict mode reserved word'],
  [/^Deleting local variable in strict mode/, 'Delete of an unqualified identifier in strict mode.'],
];
