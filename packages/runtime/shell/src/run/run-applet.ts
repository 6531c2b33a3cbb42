import { Errno, strerror } from '@slipway/posix';
import type { ProcessSystem } from '@slipway/kernel';
import type { Applet, AppletContext } from '../applets/applet.ts';
import { applets } from '../applets/table.ts';
import { HelpRequest, UsageError } from '../applets/options.ts';
import { baseName } from '../io/files.ts';
import { BrokenPipe, Output, WriteError } from '../io/output.ts';
import { becomeProgram } from '../process/become-program.ts';
import { exitCode, startProgram, waitFor } from '../process/process.ts';
import { DEFAULT_PATH, findProgram } from '../process/program-search.ts';
import type { SignalDesk } from '../process/signal-desk.ts';

/** 128 + SIGPIPE */
export const BROKEN_PIPE_STATUS = 141;
/**
 * Applets that run commands, inside each other (xargs of
 * env of find …); beyond it each gets a process of its own.
 */
const MAX_NESTED = 50;

/** Most applets run within the shell's own process. */
export interface RunAppletOptions {
  /** Set where the applet is all this process still has to do: `env` may give the process away. */
  readonly replaces?: SignalDesk | undefined;
  /** Applets around this one in the same process. */
  readonly nesting?: number;
}

/**
 * Runs an applet in this process, on its present descriptors. What would end
 * a process ends here: its status, 0 to 255, is all that comes back, and its
 * output is flushed before it does, also before it starts another program.
 */
export function runApplet(
  sys: ProcessSystem,
  applet: Applet,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { replaces, nesting = 0 }: RunAppletOptions = {},
): number {
  const name = baseName(argv[0] ?? '');
  const out = new Output(sys.descriptors, 1);
  const err = new Output(sys.descriptors, 2);
  const context: AppletContext = {
    sys,
    name,
    env,
    out,
    err,
    fail(message, status = 1) {
      // Errors appear behind the output that came before them.
      out.flush();
      err.line(`${name}: ${message}`);
      err.flush();
      return status;
    },
    run(command, childEnv = env) {
      out.flush();
      return runProgram(sys, command, childEnv, context, nesting + 1, undefined);
    },
    replace(command, childEnv) {
      out.flush();
      return runProgram(sys, command, childEnv, context, nesting + 1, replaces);
    },
  };
  try {
    // As if it had been a process of its own.
    const status = applet(context, argv.slice(1)) & 0xff;
    out.flush();
    err.flush();
    return status;
  } catch (error) {
    if (error instanceof BrokenPipe) return BROKEN_PIPE_STATUS;
    if (error instanceof UsageError) {
      context.fail(error.message);
      if (error.hint) err.line(`Try '${name} --help' for more information.`);
      err.flush();
      return error.status;
    }
    if (error instanceof HelpRequest) {
      out.line(`Usage: ${name} [OPTION]... [ARGUMENT]...`);
      out.flush();
      return 0;
    }
    // A full disk, a closed descriptor: coreutils say so
    // and fail, except where there is nobody left to tell.
    if (error instanceof WriteError) {
      if (error.message !== '' && sys.descriptors.get(2) !== undefined)
        sys.descriptors.write(2, new TextEncoder().encode(`${name}: write error: ${error.message}\n`), null);
      return 1;
    }
    throw error;
  }
}

function runProgram(
  sys: ProcessSystem,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  context: AppletContext,
  nesting: number,
  replaces: SignalDesk | undefined,
): number {
  const command = argv[0] ?? '';
  const refuse = (errno: number): number => {
    // Only these two quote the command's name, in the quotes of a UTF-8 locale.
    const quoted = context.name === 'env' || context.name === 'find' ? `‘${command}’` : command;
    // XCU env, xargs, timeout: 127 not found, 126 found and not run.
    return context.fail(`${quoted}: ${strerror(errno)}`, errno === Errno.ENOENT ? 127 : 126);
  };
  const found = findProgram(sys.fs, (path) => sys.absolute(path), command, env['PATH'] ?? DEFAULT_PATH);
  if (found.outcome === 'missing') return refuse(found.errno);
  const applet = found.isOurs && nesting < MAX_NESTED ? applets.get(baseName(command)) : undefined;
  if (applet !== undefined) return runApplet(sys, applet, argv, env, { nesting, replaces });
  if (replaces !== undefined) {
    // The shell's own descriptors are closed in there; nothing may be written afterwards.
    const result = becomeProgram(sys, replaces, { path: found.path, argv, env });
    return typeof result === 'number' ? refuse(result) : sys.exit(result);
  }
  const pid = startProgram(sys, { path: found.path, argv, env, group: 'inherit' });
  if (pid < 0) return refuse(pid === Errno.ENOEXEC ? Errno.ENOEXEC : pid);
  // A signal that comes meanwhile stays with whoever asked
  // for it: the shell looks when the applet is over.
  return exitCode(waitFor(sys, pid, () => undefined));
}
