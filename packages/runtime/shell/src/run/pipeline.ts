import { OpenFlags } from '@slipway/posix';
import { applets } from '../applets/table.ts';
import { builtins } from '../builtins/table.ts';
import { expandAssignment, expandWords } from '../expand/expand.ts';
import { encode } from '../io/text.ts';
import { encodeSubshell } from '../state/shell-state.ts';
import type { Command, SimpleCommand, Word } from '../syntax/ast.ts';
import { ShellError } from '../state/control-flow.ts';
import { FIRST_HIDDEN_FD, hiddenPipe, RedirectUndo } from '../process/descriptors.ts';
import { startBackground, startForeground, waitForeground } from '../jobs/foreground.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { DEFAULT_PATH, findProgram } from '../process/program-search.ts';
import { applyRedirects, RedirectError } from './redirect.ts';
import { mayRun, refuseCommand } from '../jobs/permission.ts';
import { reportMissing, trace } from '../jobs/report.ts';
import { SUBSHELL_VARIABLE } from './subshell-variable.ts';

/** A stage of a pipeline or a background command: running, or already over without a process. */
type Launched = { readonly pid: number } | { readonly status: number };

/** Where a stage reads and writes, and to which process group it belongs. */
export interface LaunchOptions {
  /** Its job holds the terminal, so that ^C and input go there. */
  readonly foreground: boolean;
  /** First process of the job, 0 when there is none yet. */
  readonly leader: number;
  /** Hidden descriptors that become 0 and 1. */
  readonly input?: number | undefined;
  readonly output?: number | undefined;
}

/**
 * XCU 2.9.2. All stages but the last are processes; the last one runs here when it is shell
 * code, in a subshell all the same: POSIX allows both, and dash gives `echo x | read y` no y.
 *
 *   stage ─pipe─▶ stage ─pipe─▶ last
 *
 * Each pipe's write end is closed here as soon as its writer has it, or the reader would never
 * see the end; the read end when its reader has it, or the writer would never get SIGPIPE.
 */
export function runPipeline(sh: Interpreter, stages: readonly Command[]): number {
  const { descriptors } = sh.sys;
  const launched: Launched[] = [];
  let leader = 0;
  let input: number | undefined;
  const close = (fd: number | undefined): void => {
    if (fd !== undefined) descriptors.close(fd);
  };
  const launchWith = (stage: Command, output: number | undefined): void => {
    const result = launch(sh, stage, { foreground: true, leader, input, output });
    launched.push(result);
    if (leader === 0 && 'pid' in result) leader = result.pid;
  };

  stages.slice(0, -1).forEach((stage) => {
    const pipe = hiddenPipe(descriptors);
    launchWith(stage, pipe.write);
    close(pipe.write);
    close(input);
    input = pipe.read;
  });
  const last = stages.at(-1);
  let lastStatus: number | undefined;
  if (last !== undefined && runsHere(sh, last)) {
    lastStatus = sh.inSubshell(() => {
      const undo = new RedirectUndo(descriptors);
      if (input !== undefined) undo.replace(input, 0);
      // Its own copy is descriptor 0 now.
      close(input);
      try {
        return sh.execute(last, false);
      } finally {
        undo.restore();
      }
    });
  } else if (last !== undefined) {
    launchWith(last, undefined);
    close(input);
  }

  // In the order of the stages, though they end in any: XCU 2.9.2 waits for all.
  const codes = collect(sh, launched);
  // The children have opened what they inherited: they have ended.
  for (const fd of sh.lingering.splice(0)) descriptors.close(fd);
  if (lastStatus !== undefined) codes.push(lastStatus);
  // `set -o pipefail`: the last one that failed, not the first.
  if (sh.state.options.has('pipefail')) return codes.findLast((code) => code !== 0) ?? 0;
  return codes.at(-1) ?? 0;
}

function collect(sh: Interpreter, launched: readonly Launched[]): number[] {
  const waited = waitForeground(
    sh,
    launched.flatMap((stage) => ('pid' in stage ? [stage.pid] : [])),
  );
  return launched.map((stage) => ('pid' in stage ? (waited.shift() ?? 0) : stage.status));
}

/**
 * At a terminal everything that may take long is a process of the job, so
 * that ^C reaches it. Elsewhere what the shell can do itself saves a worker.
 */
function runsHere(sh: Interpreter, stage: Command): boolean {
  if (stage.kind !== 'simple') return sh.jobControl === undefined;
  // Before expansion: `$cmd | …` is not known and gets a process.
  const first = stage.words[0]?.[0];
  const name = first?.kind === 'text' && stage.words[0]?.length === 1 ? first.text : undefined;
  if (name === undefined) return false;
  if (builtins.has(name) || sh.state.functions.has(name)) return true;
  return sh.jobControl === undefined && applets.has(name);
}

/**
 * Starts a command as a process of a job, whatever it is. The expansion happens
 * here, in a subshell, so that `${x=1}` in a stage changes nothing out there.
 */
export function launch(sh: Interpreter, command: Command, options: LaunchOptions): Launched {
  let result: Launched = { status: 0 };
  const status = sh.inSubshell(() => {
    const undo = new RedirectUndo(sh.sys.descriptors);
    try {
      if (options.input !== undefined) undo.replace(options.input, 0);
      if (options.output !== undefined) undo.replace(options.output, 1);
      result =
        command.kind === 'simple' ? launchSimple(sh, command, options, undo) : launchSubshell(sh, command, options);
    } finally {
      // After the start and before the redirections are
      // undone: then the descriptors are those the child got.
      if ('pid' in result) linger(sh);
      undo.restore();
    }
    return 'pid' in result ? 0 : result.status;
  });
  return 'pid' in result ? result : { status };
}

/**
 * A child opens what it inherits when its worker starts; an unlinked file (a
 * here-document) must live until then, so its descriptor is kept under another number.
 */
function linger(sh: Interpreter): void {
  const { descriptors, fs } = sh.sys;
  for (const fd of descriptors.numbers()) {
    // Only what a child gets; the hidden ones are the shell's own.
    const descriptor = fd < FIRST_HIDDEN_FD ? descriptors.get(fd) : undefined;
    if (descriptor?.kind !== 'file') continue;
    const stat = fs.stat(descriptor.ino);
    if (typeof stat !== 'number' && stat.nlink === 0)
      sh.lingering.push(descriptors.install(descriptor, FIRST_HIDDEN_FD));
  }
}

function launchSimple(sh: Interpreter, command: SimpleCommand, options: LaunchOptions, undo: RedirectUndo): Launched {
  const { sys, state } = sh;
  state.line = command.line;
  const words = expandWords(sh, command.words);
  const name = words[0];
  if (name === undefined || state.functions.has(name) || builtins.has(name)) {
    // What is expanded already must not be expanded again in there.
    return launchSubshell(sh, { ...command, words: words.map((text): Word => [{ kind: 'quoted', text }]) }, options);
  }
  try {
    applyRedirects(sh, command.redirects, undo);
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    sh.warn(error.message);
    return { status: 2 };
  }
  const traced: string[] = [];
  for (const assignment of command.assignments) {
    // Into the copy of the state that `launch` made: gone when the child has been started.
    const text = expandAssignment(sh, assignment.value);
    state.variables.set(assignment.name, text, true);
    traced.push(`${assignment.name}=${text}`);
  }
  trace(sh, traced, words);
  if (!mayRun(sh, name)) return { status: refuseCommand(sh, name) };
  const found = findProgram(sys.fs, (path) => sys.absolute(path), name, state.variables.get('PATH') ?? DEFAULT_PATH);
  if (found.outcome === 'missing') return { status: reportMissing(sh, name, found.errno) };
  return start(sh, found.path, words, state.variables.environment(), options, name);
}

/**
 * A copy of this shell in a worker of its own: state and tree
 * travel in the environment, since that is what spawn can carry.
 */
function launchSubshell(sh: Interpreter, command: Command, options: LaunchOptions): Launched {
  const env = { ...sh.state.variables.environment(), [SUBSHELL_VARIABLE]: encodeSubshell(sh.state, command) };
  return start(sh, sh.sys.start.execPath, ['sh'], env, options, 'sh');
}

function start(
  sh: Interpreter,
  path: string,
  argv: readonly string[],
  env: Record<string, string>,
  options: LaunchOptions,
  name: string,
): Launched {
  const starter = options.foreground ? startForeground : startBackground;
  const { pid } = starter(sh, { path, argv, env }, options.leader);
  return pid < 0 ? { status: reportMissing(sh, name, pid) } : { pid };
}

/**
 * `command &` (XCU 2.9.3.1). Its status is 0 once it has been started, also when it
 * was not found: the message has been printed, and `wait` has nothing to wait for.
 */
export function runInBackground(sh: Interpreter, command: Command, text: string): number {
  const { descriptors } = sh.sys;
  // `! a | b &` has to turn the status around when it ends, so it needs a shell to do it.
  const stages = command.kind === 'pipeline' && !command.negated ? command.stages : [command];
  const pids: number[] = [];
  let leader = 0;
  // Without job control a background command must not compete for the shell's input.
  let input: number | undefined =
    sh.jobControl === undefined ? descriptors.open('/dev/null', OpenFlags.rdonly, 0) : undefined;
  stages.forEach((stage, index) => {
    // Every stage is a process here, the last one too: the shell goes on.
    const pipe = index === stages.length - 1 ? undefined : hiddenPipe(descriptors);
    const result = launch(sh, stage, { foreground: false, leader, input, output: pipe?.write });
    if (pipe !== undefined) descriptors.close(pipe.write);
    if (input !== undefined) descriptors.close(input);
    input = pipe?.read;
    if ('pid' in result) {
      pids.push(result.pid);
      if (leader === 0) leader = result.pid;
    }
  });
  const last = pids.at(-1);
  if (last === undefined) {
    if (stages.length === 0) throw new ShellError('Cannot fork');
    return 0;
  }
  const job = sh.state.jobs.add(leader, pids, text);
  sh.state.lastBackground = last;
  if (sh.interactive) descriptors.write(2, encode(`[${job.id}] ${last}\n`), null);
  return 0;
}
