/**
 * SyntaxErrors as V8 words and places them.
 *
 * The engine reports the message of an evaluated text but not where the error
 * is; the parser knows where. Together they make what Node prints above the
 * stack: `file:line`, the source line, a caret.
 */
import { isParseError, parseText, type ParseError } from '../transform/syntax-tree.ts';
import type { Goal } from '../transform/scan-state.ts';
import type { LoadParse } from '../transform/transform.ts';

export interface ErrorPlace {
  readonly line: number;
  /** From 0. */
  readonly column: number;
  readonly length: number;
}

/** Where the parser finds the text wrong; `undefined` if it does not. */
export function findSyntaxError(source: string, goal: Goal, loadParse: LoadParse): ErrorPlace | undefined {
  try {
    parseText(loadParse(), source, goal);
    return undefined;
  } catch (error) {
    if (!isParseError(error)) throw error;
    return placeOf(source, error);
  }
}

export function placeOf(source: string, error: ParseError): ErrorPlace {
  const { line, column } = error.loc;
  const token = tokenAt(source, error.pos);
  // The parser takes a misplaced `await` for a name and stumbles over what follows; the engine points at the word.
  const before = source.slice(error.pos - column, error.pos);
  const misplaced = /\bawait\s+$/.exec(before);
  if (misplaced !== null && !/^[.=+\-*/%&|^<>?,;:)\]}]/.test(token)) return { line, column: misplaced.index, length: 'await'.length };
  return { line, column, length: token.length || 1 };
}

function tokenAt(source: string, at: number): string {
  return /^(?:[\p{ID_Start}$_#][\p{ID_Continue}$]*|\d[\w.]*|=>|[=!]==?|&&|\|\||\?\?|\.\.\.|[^\s])/u.exec(source.slice(at, at + 200))?.[0] ?? '';
}

/** `file:line`, the line, carets below: node::GetErrorSource. */
export function arrowMessage(file: string, source: string, { line, column, length }: ErrorPlace): string {
  const text = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? '';
  const indent = text.slice(0, column).replace(/[^\t]/g, ' ');
  return `${file}:${line}\n${text}\n${indent}${'^'.repeat(Math.max(1, Math.min(length, text.length - column)))}\n`;
}

/** acorn's message in V8's words, for texts that the engine cannot be asked about. */
export function engineMessage(source: string, error: ParseError): string {
  const message = error.message.replace(/ \(\d+:\d+\)$/, '');
  const token = tokenAt(source, error.pos);
  if (message === 'Unexpected token') return unexpected(token);
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

const RESERVED = /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with)$/;

const WORDINGS: readonly (readonly [RegExp, string])[] = [
  [/^Unterminated string constant/, 'Invalid or unexpected token'],
  [/^Unexpected character/, 'Invalid or unexpected token'],
  [/^Unterminated template/, 'Unterminated template literal'],
  [/^Unterminated regular expression/, 'Invalid regular expression: missing /'],
  [/^Assigning to rvalue/, 'Invalid left-hand side in assignment'],
  [/^Duplicate export '(.*)'/, "Duplicate export of '$1'"],
  [/^Export '(.*)' is not defined/, "Export '$1' is not defined in module"],
  [/^'return' outside of function/, 'Illegal return statement'],
  [/^Cannot use keyword 'await' outside an async function/, 'await is only valid in async functions and the top level bodies of modules'],
  [/^Cannot use 'import.meta' outside a module/, "Cannot use 'import.meta' outside a module"],
  [/^'import' and 'export' may appear only with 'sourceType: module'/, 'Cannot use import statement outside a module'],
  [/^'import' and 'export' may only appear at the top level/, 'Cannot use import statement outside a module'],
  [/^Unsyntactic break/, 'Illegal break statement'],
  [/^Unsyntactic continue/, 'Illegal continue statement: no surrounding iteration statement'],
  [/^The keyword '(.*)' is reserved/, 'Unexpected strict mode reserved word'],
  [/^Deleting local variable in strict mode/, 'Delete of an unqualified identifier in strict mode.'],
];
