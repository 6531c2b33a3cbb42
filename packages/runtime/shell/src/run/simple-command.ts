import { applets } from '../applets/table.ts';
import { builtins } from '../builtins/table.ts';
import { expandAssignment, expandWords } from '../expand/expand.ts';
import { assignVariable } from '../expand/parameters.ts';
import { baseName } from '../io/files.ts';
import type { RunWordsOptions } from '../state/shell.ts';
import type { Assignment, Command, SimpleCommand } from '../syntax/ast.ts';
import { BrokenPipe } from '../io/output.ts';
import { FunctionReturn, ShellError, ShellExit } from '../state/control-flow.ts';
import { RedirectUndo } from '../process/descriptors.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { startForeground, waitForeground } from '../jobs/foreground.ts';
import { DEFAULT_PATH, findProgram } from '../process/program-search.ts';
import { mayRun, mayRunBuiltin, refuseCommand } from '../jobs/permission.ts';
import { reportMissing, trace } from '../jobs/report.ts';
import { applyRedirects, RedirectError } from './redirect.ts';
import { runApplet } from './run-applet.ts';
import { replaceShell } from '../jobs/replace-shell.ts';

/**
 * Calls of functions inside each other. Deeper recursion is
 * a mistake; the worker's stack would end not much later.
 */
const MAX_FUNCTION_DEPTH = 400;

/**
 * XCU 2.9.1, in its order: words are expanded, redirections done, assignments made, the command
 * looked up and run. What the redirections changed is put back at the end, unless `exec` keeps it.
 */
export function runSimpleCommand(sh: Interpreter, command: SimpleCommand, tail: boolean): number {
  sh.state.line = command.line;
  // Only a substitution in this very command gives its status to one without a name.
  sh.substitutionStatus = undefined;
  const words = expandWords(sh, command.words);
  const undo = new RedirectUndo(sh.sys.descriptors);
  try {
    if (words.length === 0) return runAssignmentsOnly(sh, command, undo);
    const name = words[0] ?? '';
    // Looked at before anything is done: its errors end the
    // shell, and assignments before it stay (XCU 2.14).
    const isSpecial = builtins.get(name)?.special === true;
    try {
      applyRedirects(sh, command.redirects, undo);
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      if (isSpecial) throw new ShellError(error.message);
      sh.warn(error.message);
      return 2;
    }
    if (isSpecial || (command.assignments.length > 0 && words.length > 0))
      return runWithAssignments(sh, command, words, isSpecial, undo, tail);
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
  // XCU 2.9.1: without a name the status is that of the last substitution, else 0.
  return sh.substitutionStatus ?? 0;
}

function assign(sh: Interpreter, { name, value, append }: Assignment): string {
  const text = (append === true ? (sh.state.variables.get(name) ?? '') : '') + expandAssignment(sh, value);
  assignVariable(sh, name, text);
  return `${name}=${text}`;
}

/** Assignments before a command: for good with a special builtin, else while it runs. */
function runWithAssignments(
  sh: Interpreter,
  command: SimpleCommand,
  words: readonly string[],
  isSpecial: boolean,
  undo: RedirectUndo,
  tail: boolean,
): number {
  const { variables } = sh.state;
  const saved = command.assignments.map(({ name }) => ({ name, variable: variables.describe(name) }));
  const traced: string[] = [];
  const restore = (): void => {
    // In reverse: of `x=1 x=2 cmd` the first one saved is the value from before.
    for (const { name, variable } of saved.toReversed()) variables.restore(name, variable);
  };
  try {
    for (const assignment of command.assignments) {
      traced.push(assign(sh, assignment));
      // What a command gets is exported to it; what a special builtin
      // leaves behind is not, as in dash. For `exec` it must be.
      variables.mark(assignment.name, isSpecial && words[0] !== 'exec' ? {} : { exported: true });
    }
    trace(sh, traced, words);
    return runWords(sh, words, { tail }, undo);
  } finally {
    if (!isSpecial) restore();
  }
}

/**
 * Looks a command up and runs it on the present descriptors, in the
 * order of XCU 2.9.1.1: special builtin, function, other builtin,
 * file. `undo` is what its redirections changed, for `exec` to keep.
 */
export function runWords(
  sh: Interpreter,
  words: readonly string[],
  options: RunWordsOptions,
  undo?: RedirectUndo,
): number {
  const name = words[0] ?? '';
  const builtin = builtins.get(name);
  // Before functions, so that no function can hide `exit` or `eval`.
  if (builtin?.special === true)
    return runBuiltin(sh, () => builtin.run(sh, words.slice(1), { undo, tail: options.tail === true }));
  const body = options.skipFunctions === true ? undefined : sh.state.functions.get(name);
  if (body !== undefined) return callFunction(sh, body, words);
  if (builtin !== undefined) {
    if (!mayRunBuiltin(sh, name)) return refuseCommand(sh, name);
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
    // As if SIGPIPE had ended this (sub)shell: 141 is 128 and its number, 13.
    if (error instanceof BrokenPipe) throw new ShellExit(141, 'SIGPIPE');
    throw error;
  }
}

/**
 * Runs a function (XCU 2.9.5) on `words` as its parameters; `$0` stays
 * the script's. The redirections of its definition are part of its body.
 */
export function callFunction(sh: Interpreter, body: Command, words: readonly string[]): number {
  const { state } = sh;
  if (state.functionDepth >= MAX_FUNCTION_DEPTH)
    throw new ShellError(`${words[0]}: maximum function recursion depth (${MAX_FUNCTION_DEPTH}) reached`);
  const { parameters, loopDepth } = state;
  state.parameters = words.slice(1);
  // A `break` inside cannot leave a loop around the call.
  state.loopDepth = 0;
  state.functionDepth++;
  state.variables.pushFrame();
  try {
    return sh.execute(body, false);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    // Also when it ends in an error: the variables that `local` hid come back.
    state.variables.popFrame();
    state.functionDepth--;
    state.loopDepth = loopDepth;
    state.parameters = parameters;
  }
}

function runExternal(sh: Interpreter, words: readonly string[], options: RunWordsOptions): number {
  const { sys, state } = sh;
  const name = words[0] ?? '';
  if (!mayRun(sh, name)) return refuseCommand(sh, name);
  const found = findProgram(
    sys.fs,
    (path) => sys.absolute(path),
    name,
    options.path ?? state.variables.get('PATH') ?? DEFAULT_PATH,
  );
  if (found.outcome === 'missing') return reportMissing(sh, name, found.errno);
  const env = state.variables.environment();
  // At a terminal every command gets a process, so that ^C ends it and not the shell. Elsewhere
  // a file that stands for this image is run here; a user's own `bin/ls` is run as what it is.
  const applet = found.isOurs && sh.jobControl === undefined ? applets.get(baseName(name)) : undefined;
  const last = options.tail === true && sh.jobControl === undefined;
  if (applet !== undefined) return runApplet(sys, applet, words, env, { replaces: last ? sh.desk : undefined });
  if (last) return replaceShell(sh, { path: found.path, argv: words, env });
  const started = startForeground(sh, { path: found.path, argv: words, env });
  if (started.pid < 0) return reportMissing(sh, name, started.pid);
  return waitForeground(sh, [started.pid]).at(-1) ?? 0;
}
