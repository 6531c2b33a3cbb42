import { applets } from '../applets/table.ts';
import { builtins } from '../builtins/table.ts';
import { expandAssignment, expandWords } from '../expand/expand.ts';
import { assignVariable } from '../expand/parameters.ts';
import { baseName } from '../io/files.ts';
import type { RunWordsOptions } from '../shell.ts';
import type { Assignment, Command, SimpleCommand } from '../syntax/ast.ts';
import { BrokenPipe, FunctionReturn, ShellError, ShellExit } from './control-flow.ts';
import { RedirectUndo } from './descriptors.ts';
import type { Interpreter } from './interpreter-parts.ts';
import { startForeground, waitForeground } from './foreground.ts';
import { DEFAULT_PATH, findProgram } from './program-search.ts';
import { reportMissing, trace } from './report.ts';
import { applyRedirects, RedirectError } from './redirect.ts';
import { runApplet } from './run-applet.ts';
import { replaceShell } from './replace-shell.ts';

/** Deeper recursion is a mistake; the worker's stack would end not much later. */
const MAX_FUNCTION_DEPTH = 400;

/** XCU 2.9.1 */
export function runSimpleCommand(sh: Interpreter, command: SimpleCommand, tail: boolean): number {
  sh.state.line = command.line;
  sh.substitutionStatus = undefined;
  const words = expandWords(sh, command.words);
  const undo = new RedirectUndo(sh.sys.descriptors);
  try {
    if (words.length === 0) return runAssignmentsOnly(sh, command, undo);
    const name = words[0] ?? '';
    const isSpecial = builtins.get(name)?.special === true;
    try {
      applyRedirects(sh, command.redirects, undo);
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      if (isSpecial) throw new ShellError(error.message);
      sh.warn(error.message);
      return 2;
    }
    if (isSpecial || (command.assignments.length > 0 && words.length > 0)) return runWithAssignments(sh, command, words, isSpecial, undo, tail);
    trace(sh, [], words);
    return runWords(sh, words, { tail }, undo);
  } finally {
    undo.restore();
  }
}

function runAssignmentsOnly(sh: Interpreter, command: SimpleCommand, undo: RedirectUndo): number {
  try {
    applyRedirects(sh, command.redirects, undo);
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    sh.warn(error.message);
    return 2;
  }
  const traced: string[] = [];
  for (const assignment of command.assignments) traced.push(assign(sh, assignment));
  trace(sh, traced, []);
  return sh.substitutionStatus ?? 0;
}

function assign(sh: Interpreter, { name, value, append }: Assignment): string {
  const text = (append === true ? (sh.state.variables.get(name) ?? '') : '') + expandAssignment(sh, value);
  assignVariable(sh, name, text);
  return `${name}=${text}`;
}

/** Assignments before a command: for good with a special builtin, else while it runs. */
function runWithAssignments(sh: Interpreter, command: SimpleCommand, words: readonly string[], isSpecial: boolean, undo: RedirectUndo, tail: boolean): number {
  const { variables } = sh.state;
  const saved = command.assignments.map(({ name }) => ({ name, variable: variables.describe(name) }));
  const traced: string[] = [];
  const restore = (): void => {
    for (const { name, variable } of saved.toReversed()) variables.restore(name, variable);
  };
  try {
    for (const assignment of command.assignments) {
      traced.push(assign(sh, assignment));
      variables.mark(assignment.name, isSpecial && words[0] !== 'exec' ? {} : { exported: true });
    }
    trace(sh, traced, words);
    return runWords(sh, words, { tail }, undo);
  } finally {
    if (!isSpecial) restore();
  }
}

/** Looks a command up and runs it on the present descriptors. `undo` is what its redirections changed. */
export function runWords(sh: Interpreter, words: readonly string[], options: RunWordsOptions, undo?: RedirectUndo): number {
  const name = words[0] ?? '';
  const builtin = builtins.get(name);
  if (builtin?.special === true) return runBuiltin(sh, () => builtin.run(sh, words.slice(1), { undo, tail: options.tail === true }));
  const body = options.skipFunctions === true ? undefined : sh.state.functions.get(name);
  if (body !== undefined) return callFunction(sh, body, words);
  if (builtin !== undefined) {
    try {
      return runBuiltin(sh, () => builtin.run(sh, words.slice(1), { undo, tail: options.tail === true }));
    } catch (error) {
      // Only a special builtin's error ends a script.
      if (!(error instanceof ShellError)) throw error;
      sh.warn(error.message);
      return error.status;
    }
  }
  return runExternal(sh, words, options);
}

function runBuiltin(sh: Interpreter, run: () => number): number {
  try {
    return run();
  } catch (error) {
    // SIGPIPE would have ended this (sub)shell.
    if (error instanceof BrokenPipe) throw new ShellExit(141, 'SIGPIPE');
    throw error;
  }
}

export function callFunction(sh: Interpreter, body: Command, words: readonly string[]): number {
  const { state } = sh;
  if (state.functionDepth >= MAX_FUNCTION_DEPTH) throw new ShellError(`${words[0]}: maximum function recursion depth (${MAX_FUNCTION_DEPTH}) reached`);
  const { parameters, loopDepth } = state;
  state.parameters = words.slice(1);
  state.loopDepth = 0;
  state.functionDepth++;
  state.variables.pushFrame();
  try {
    return sh.execute(body, false);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    state.variables.popFrame();
    state.functionDepth--;
    state.loopDepth = loopDepth;
    state.parameters = parameters;
  }
}

function runExternal(sh: Interpreter, words: readonly string[], options: RunWordsOptions): number {
  const { sys, state } = sh;
  const name = words[0] ?? '';
  const found = findProgram(sys.fs, (path) => sys.absolute(path), name, options.path ?? state.variables.get('PATH') ?? DEFAULT_PATH);
  if (found.outcome === 'missing') return reportMissing(sh, name, found.errno);
  const env = state.variables.environment();
  // At a terminal every command gets a process, so that ^C ends it and not the shell.
  const applet = found.isOurs && sh.jobControl === undefined ? applets.get(baseName(name)) : undefined;
  const last = options.tail === true && sh.jobControl === undefined;
  if (applet !== undefined) return runApplet(sys, applet, words, env, { replaces: last ? sh.desk : undefined });
  if (last) return replaceShell(sh, { path: found.path, argv: words, env });
  const started = startForeground(sh, { path: found.path, argv: words, env });
  if (started.pid < 0) return reportMissing(sh, name, started.pid);
  return waitForeground(sh, [started.pid]).at(-1) ?? 0;
}
