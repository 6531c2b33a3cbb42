import type { ExitStatus, ProcessSystem } from '@slipway/kernel';
import { shellNames } from './applets/applet-names.ts';
import { applets } from './applets/table.ts';
import { runInteractive } from './interactive/session.ts';
import { baseName } from './io/files.ts';
import { signalNames } from './io/signals.ts';
import { encode } from './io/text.ts';
import { applyOptions } from './builtins/set.ts';
import { logicalDirectory } from './builtins/directories.ts';
import { parseInvocation, type Invocation } from './state/invocation.ts';
import { Interpreter } from './run/interpreter.ts';
import { ShellExit } from './state/control-flow.ts';
import { BROKEN_PIPE_STATUS, runApplet } from './run/run-applet.ts';
import { DEFAULT_PATH } from './process/program-search.ts';
import { SignalDesk } from './process/signal-desk.ts';
import { SUBSHELL_VARIABLE } from './run/subshell-variable.ts';
import { readScriptFile, runScript, runStandardInput } from './run/script.ts';
import { createState, decodeSubshell } from './state/shell-state.ts';
import { Variables } from './state/variables.ts';

/**
 * The whole life of a process of this image: by its name a shell or one of the commands,
 * as BusyBox does it. Ends the process; the worker that called may not go on afterwards.
 */
export function runShell(sys: ProcessSystem): void {
  const { argv, env, execPath } = sys.start;
  // A `-` before the name asks for a login shell, which is the same here.
  const name = baseName(argv[0] ?? '').replace(/^-/, '');
  const isShell = (candidate: string): boolean => (shellNames as readonly string[]).includes(candidate);
  const subshell = env[SUBSHELL_VARIABLE];
  if (subshell !== undefined) return runSubshell(sys, subshell, name);
  if (isShell(name)) return runMainShell(sys, name);
  // A link to a command under another name: the file says which one it is.
  const applet = applets.get(name) ?? applets.get(baseName(execPath));
  if (applet !== undefined) {
    const status = runApplet(sys, applet, argv, env, { replaces: new SignalDesk(sys) });
    return sys.leave(
      // A writer without a reader ends by the signal, so
      // that a shell that waits sees 141 and prints nothing.
      status === BROKEN_PIPE_STATUS ? { code: null, signal: 'SIGPIPE' } : { code: status, signal: null },
    );
  }
  if (isShell(baseName(execPath))) return runMainShell(sys, baseName(execPath));
  sys.descriptors.write(2, encode(`${name}: no such command in this image\n`), null);
  return sys.leave({ code: 127, signal: null });
}

function runMainShell(sys: ProcessSystem, name: string): void {
  const parsed = parseInvocation(name, sys.start.argv.slice(1));
  if (parsed.outcome === 'wrong') {
    // Line 0, as dash says it: the script has not got as far as line 1.
    sys.descriptors.write(2, encode(`${sys.start.argv[0]}: 0: ${parsed.message}\n`), null);
    return sys.leave({ code: 2, signal: null });
  }
  const { invocation } = parsed;
  const state = createState(Variables.fromEnvironment(sys.start.env), sys.start.pid, invocation.limits);
  state.arg0 = sys.start.argv[0] ?? name;
  const isTty = (fd: number): boolean => {
    const descriptor = sys.descriptors.get(fd);
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  };
  // XCU sh: no operands, and a terminal for input and errors. Output may be anything.
  const interactive =
    invocation.interactive ||
    (invocation.command === undefined && invocation.file === undefined && isTty(0) && isTty(2));
  if (interactive)
    return sys.leave(runInteractive({ sys, state, name, invocation, dialect: dialectOf(name), initialize }));
  const shell = new Interpreter({ sys, state, name, dialect: dialectOf(name), interactive: false });
  return endWith(shell, () => {
    initialize(shell, invocation);
    if (invocation.command !== undefined) {
      state.arg0 = invocation.operands[0] ?? state.arg0;
      state.parameters = invocation.operands.slice(1);
      return runScript(shell, invocation.command);
    }
    if (invocation.file !== undefined) {
      state.parameters = invocation.operands;
      const text = readScriptFile(shell, invocation.file);
      // After reading: until then messages are the shell's own.
      state.arg0 = invocation.file;
      return runScript(shell, text);
    }
    state.parameters = invocation.operands;
    return runStandardInput(shell);
  });
}

/** The rest of a pipeline, a background list: what another shell handed over. */
function runSubshell(sys: ProcessSystem, text: string, name: string): void {
  const { [SUBSHELL_VARIABLE]: _, ...env } = sys.start.env;
  const { state, body } = decodeSubshell(text, env);
  const shell = new Interpreter({ sys, state, name, dialect: dialectOf(state.arg0), interactive: false });
  // Ignored signals have to be asked for in the new process, or they would end it.
  for (const [condition, action] of state.traps) if (action === '') shell.desk.watch(condition, true);
  return endWith(shell, () => shell.runList([body], true));
}

/** bash and jsh know more than POSIX; a script named by its path is read as POSIX. */
const dialectOf = (name: string): 'posix' | 'extended' => (/(^|\/)-?(bash|jsh)$/.test(name) ? 'extended' : 'posix');

function initialize(shell: Interpreter, invocation: Invocation): void {
  const { variables } = shell.state;
  const defaults: Readonly<Record<string, string>> = {
    IFS: ' \t\n',
    OPTIND: '1',
    PS4: '+ ',
    PPID: String(shell.sys.start.ppid),
  };
  // XCU 2.5.3: IFS never comes from the environment, where it
  // could make a script of somebody else split at slashes.
  for (const [name, value] of Object.entries(defaults))
    variables.restore(name, { value, exported: false, readonly: false });
  // Not exported: a child finds its own default.
  if (variables.get('PATH') === undefined) variables.set('PATH', DEFAULT_PATH);
  variables.set('PWD', logicalDirectory(shell));
  // Another PATH would be other commands under the same names, and a subshell's text has no limits but its own.
  if (shell.state.limits.commands !== undefined)
    for (const name of ['PATH', SUBSHELL_VARIABLE]) variables.mark(name, { readonly: true });
  applyOptions(shell, invocation.options);
}

/**
 * Runs to the end of the shell and ends the process as the script says. Everything the shell
 * does is below this call, so that no error can leave a process that neither runs nor ends.
 */
function endWith(shell: Interpreter, run: () => number): void {
  let status: number;
  let signal: string | undefined;
  try {
    status = run();
  } catch (error) {
    // Counted limits come first; this is for the shapes of recursion that nobody counted.
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      shell.warn('Maximum recursion depth reached');
      status = 2;
    } else status = shell.endStatus(error);
    if (error instanceof ShellExit) signal = error.signal;
  }
  // A signal ends a process as it is: no trap on EXIT any more, as dash has it.
  if (signal === undefined) status = shell.runExitTrap(status);
  return shell.sys.leave(exitStatus(status, signal));
}

/** A status for the kernel: 0 to 255, or the signal where `signal` is one the kernel knows. */
export function exitStatus(status: number, signal: string | undefined): ExitStatus {
  return signal !== undefined && signalNames.includes(signal.replace(/^SIG/, ''))
    ? { code: null, signal }
    : { code: status & 255, signal: null };
}
