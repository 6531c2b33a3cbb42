import { isDirectory, statPath } from '../io/files.ts';
import { readChunk } from '../io/input.ts';
import { decodeLossy, encode } from '../io/text.ts';
import { Parser } from '../syntax/parser.ts';
import { ShellSyntaxError } from '../syntax/syntax-error.ts';
import { ShellExit } from '../state/control-flow.ts';
import type { Interpreter } from './interpreter.ts';
import { DEFAULT_PATH, findAll } from '../process/program-search.ts';

/**
 * Runs a whole text, a command line at a time: what comes after a wrong
 * line has not been read yet. The very last one is run as `tail`.
 */
export function runScript(shell: Interpreter, text: string): number {
  const parser = new Parser(text, { dialect: shell.dialect, aliases: shell.state.aliases });
  let status = 0;
  let from = 0;
  for (let commands = parser.next(); commands !== undefined; commands = parser.next()) {
    // From the end, since an alias may have made the parser's text longer.
    const to = text.length - parser.remaining;
    if (shell.state.options.has('verbose')) shell.sys.descriptors.write(2, encode(text.slice(from, to)), null);
    from = to;
    // Nothing but blanks and comments: the parser finds that out
    // only by reading on, and a line in between may change an alias.
    const isLast = /^(\s|#.*(\n|$))*$/.test(text.slice(to));
    status = shell.runList(commands, isLast);
  }
  return status;
}

/**
 * The text of `sh FILE`: the path itself, else a search in PATH (XCU sh,
 * command_file). Not there: the message of dash, and the shell ends.
 */
export function readScriptFile(shell: Interpreter, name: string): string {
  const { sys } = shell;
  const missing = (reason: string): never => {
    sys.descriptors.write(2, encode(`${shell.state.arg0}: 0: cannot open ${name}: ${reason}\n`), null);
    throw new ShellExit(2);
  };
  let path = sys.absolute(name);
  let stat = statPath(sys.fs, path);
  if (typeof stat === 'number' && !name.includes('/')) {
    const found = findAll(
      sys.fs,
      (candidate) => sys.absolute(candidate),
      name,
      shell.state.variables.get('PATH') ?? DEFAULT_PATH,
    )[0];
    if (found !== undefined) {
      path = sys.absolute(found);
      stat = statPath(sys.fs, path);
    }
  }
  if (typeof stat === 'number') return missing('No such file');
  if (isDirectory(stat)) return missing('Is a directory');
  const bytes = sys.fs.readFile(path);
  return typeof bytes === 'number' ? missing('No such file') : decodeLossy(bytes);
}

/**
 * Commands from standard input as they come, so that a program on the other
 * end may drive the shell: a line is run before the next one is waited for.
 */
export function runStandardInput(shell: Interpreter): number {
  // Made here and kept: a character may be split between two chunks.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let pending = '';
  let line = 1;
  let status = 0;
  for (;;) {
    const chunk = readChunk(shell.sys.descriptors, 0);
    const ended = typeof chunk === 'number' || chunk.length === 0;
    pending += typeof chunk === 'number' ? '' : decoder.decode(chunk, { stream: true });
    // A last line without its newline may still grow.
    const usable = ended ? pending.length : pending.lastIndexOf('\n') + 1;
    const rest = runComplete(shell, pending.slice(0, usable), line, !ended);
    status = rest.status ?? status;
    line = rest.line;
    pending = rest.text + pending.slice(usable);
    if (ended) return status;
  }
}

/** Runs the complete commands at the beginning of `text`; with `partial` an incomplete one is left for later. */
function runComplete(
  shell: Interpreter,
  text: string,
  line: number,
  partial: boolean,
): { text: string; line: number; status: number | undefined } {
  let rest = text;
  let at = line;
  let status: number | undefined;
  for (;;) {
    // A continued line is not complete, though the parser would take it for one.
    if (partial && rest.endsWith('\\\n')) return { text: rest, line: at, status };
    const parser = new Parser(rest, { line: at, dialect: shell.dialect, aliases: shell.state.aliases, partial });
    let commands;
    try {
      commands = parser.next();
    } catch (error) {
      // Without `partial` the text has ended, and what is missing is an error.
      if (partial && error instanceof ShellSyntaxError && error.incomplete) return { text: rest, line: at, status };
      throw error;
    }
    if (commands === undefined) return { text: '', line: parser.line, status };
    // Aliases may have lengthened the parser's text: what is left is counted from its end.
    rest = rest.slice(rest.length - parser.remaining);
    at = parser.line;
    status = shell.runList(commands);
  }
}
