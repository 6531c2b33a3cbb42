import { Errno } from '@slipway/posix';
import type { ExitStatus, ProcessSystem } from '@slipway/kernel';
import { terminalSize } from '../applets/terminal-size.ts';
import { joinPath } from '../io/files.ts';
import { encode } from '../io/text.ts';
import type { Invocation } from '../state/invocation.ts';
import { FunctionReturn, Interrupted, LoopExit, ShellExit } from '../state/control-flow.ts';
import { Interpreter } from '../run/interpreter.ts';
import type { JobControl } from '../state/interpreter-parts.ts';
import { jobLine, updateJobs } from '../jobs/jobs.ts';
import { runStandardInput } from '../run/script.ts';
import { isDone } from '../state/jobs.ts';
import type { ShellState } from '../state/shell-state.ts';
import type { Command } from '../syntax/ast.ts';
import { Parser } from '../syntax/parser.ts';
import { ShellSyntaxError } from '../syntax/syntax-error.ts';
import type { Dialect } from '../syntax/word-reader.ts';
import { complete } from './completion.ts';
import { History } from './history.ts';
import { KeyReader } from './keys.ts';
import { type EditedLine, LineEditor } from './line-editor.ts';
import { Marks } from './marks.ts';
import { continuationPrompt, promptText } from './prompt.ts';

/**
 * What a session takes over from the process that starts it.
 * `initialize` sets up variables and options once the shell is there.
 */
export interface SessionOptions {
  readonly sys: ProcessSystem;
  readonly state: ShellState;
  readonly name: string;
  readonly invocation: Invocation;
  readonly dialect: Dialect;
  readonly initialize: (shell: Interpreter, invocation: Invocation) => void;
}

const CTRL_C = 3;

/**
 * A shell at a terminal, from the first prompt to `exit`. Without a terminal (`sh -i <file`)
 * it reads its input as a script. How the process has to end; it is ended by the caller.
 */
export function runInteractive({ sys, state, name, invocation, dialect, initialize }: SessionOptions): ExitStatus {
  // Job control, or none: what is read from must be the terminal whose foreground group can be set.
  const jobControl = findTerminal(sys);
  const shell = new Interpreter({ sys, state, name, dialect, interactive: true, jobControl });
  // ^C and ^\ are for what runs in the foreground; a new window size is for the editor.
  for (const signal of ['INT', 'QUIT', 'WINCH']) shell.desk.watch(signal, true);
  state.options.add('interactive');
  if (jobControl !== undefined) state.options.add('monitor');
  state.parameters = invocation.operands;
  initialize(shell, invocation);
  let ending: { status: number; signal: string | undefined };
  try {
    ending = {
      status: jobControl === undefined ? runStandardInput(shell) : new Session(shell, jobControl, invocation.osc).run(),
      signal: undefined,
    };
  } catch (error) {
    ending = { status: shell.endStatus(error), signal: error instanceof ShellExit ? error.signal : undefined };
  }
  const status = shell.runExitTrap(ending.status);
  return ending.signal === undefined ? { code: status & 255, signal: null } : { code: null, signal: ending.signal };
}

function findTerminal(sys: ProcessSystem): JobControl | undefined {
  const descriptor = sys.descriptors.get(0);
  if (descriptor?.kind !== 'stream' || descriptor.end.as !== 'tty') return undefined;
  const { pid } = sys.start;
  const pgid = sys.kernel.processes().find((process) => process.pid === pid)?.pgid ?? pid;
  return { channel: descriptor.end.id, pgid };
}

/**
 * Prompt, edit, parse, run, over and over. The terminal is in raw mode
 * only while a line is being edited, so that programs find it cooked.
 */
class Session {
  readonly #shell: Interpreter;
  readonly #terminal: JobControl;
  readonly #marks: Marks;
  readonly #history: History;
  readonly #editor: LineEditor;

  constructor(shell: Interpreter, terminal: JobControl, osc: boolean) {
    this.#shell = shell;
    this.#terminal = terminal;
    const write = (text: string): void => {
      shell.sys.descriptors.write(1, encode(text), null);
    };
    this.#marks = new Marks(osc ? write : undefined);
    const home = shell.state.variables.get('HOME');
    this.#history = new History(shell.sys.fs, home === undefined ? undefined : joinPath(home, '.sh_history'));
    this.#editor = new LineEditor(
      {
        keys: new KeyReader(() => this.#readByte()),
        write,
        columns: () => terminalSize(shell.sys)?.columns ?? 80,
        busy: () => {
          // Bytes waiting: a paste is drawn once and not key by key.
          const descriptor = shell.sys.descriptors.get(0);
          return descriptor?.kind === 'stream' && (descriptor.input?.available ?? 0) > 0;
        },
      },
      this.#history,
      (line) => complete(shell, line),
    );
  }

  run(): number {
    // Whoever started the shell may have left the terminal to another group.
    this.#shell.sys.kernel.setForeground(this.#terminal.channel, this.#terminal.pgid);
    this.#marks.interactive();
    for (;;) {
      this.#announceJobs();
      const read = this.#readCommands();
      if (read === 'ended') return this.#shell.state.status;
      if (read !== undefined) this.#runLine(read);
    }
  }

  #readByte(): number | undefined {
    const { sys, desk } = this.#shell;
    const byte = new Uint8Array(1);
    const count = sys.descriptors.read(0, byte, null);
    if (count === Errno.EINTR) {
      // All that came are taken: a resize needs no more than the drawing that follows.
      desk.poll();
      let interrupted = false;
      for (let name = desk.take(); name !== undefined; name = desk.take()) interrupted ||= name === 'INT';
      // ^C typed in the moment before the terminal was in raw mode.
      return interrupted ? CTRL_C : undefined;
    }
    return count === 1 ? (byte[0] ?? -1) : -1;
  }

  #announceJobs(): void {
    const { state, sys } = this.#shell;
    updateJobs(this.#shell);
    // Told before the prompt, never in the middle of a line (XCU set -b is not asked for).
    for (const job of [...state.jobs.all()]) {
      if (!isDone(job)) continue;
      sys.descriptors.write(2, encode(`${jobLine(this.#shell, job)}\n`), null);
      state.jobs.remove(job);
    }
  }

  /** A complete command line, over as many lines as it takes; `undefined` when there is nothing to run. */
  #readCommands(): Command[] | 'ended' | undefined {
    let text = '';
    for (;;) {
      const line = this.#editLine(text === '');
      if (line.outcome === 'interrupted') {
        this.#shell.state.status = 130;
        return undefined;
      }
      if (line.outcome === 'ended') {
        if (text === '') return 'ended';
        this.#complain('end of file unexpected');
        return undefined;
      }
      text += `${line.text}\n`;
      // From the beginning each time: the parser keeps
      // nothing between two tries, and lines are short.
      const parsed = this.#parse(text);
      if (parsed === 'incomplete') continue;
      this.#history.add(text.trimEnd());
      return parsed;
    }
  }

  #editLine(first: boolean): EditedLine {
    const { kernel } = this.#shell.sys;
    const prompt = first ? promptText(this.#shell) : continuationPrompt(this.#shell);
    kernel.setTtyRaw(this.#terminal.channel, true);
    try {
      // Not before: who waits for the mark may type ^C at once.
      if (first) this.#marks.prompt();
      return this.#editor.read(prompt);
    } finally {
      // Also when an exception passes: a terminal left raw shows nothing of what is typed.
      kernel.setTtyRaw(this.#terminal.channel, false);
    }
  }

  #parse(text: string): Command[] | 'incomplete' | undefined {
    // Continued: the parser would take the end of the text for the end of the command.
    if (text.endsWith('\\\n')) return 'incomplete';
    const parser = new Parser(text, {
      dialect: this.#shell.dialect,
      aliases: this.#shell.state.aliases,
      partial: true,
    });
    const commands: Command[] = [];
    try {
      for (let line = parser.next(); line !== undefined; line = parser.next()) commands.push(...line);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      if (error.incomplete) return 'incomplete';
      this.#complain(error.message);
      return undefined;
    }
    return commands.length === 0 ? undefined : commands;
  }

  #complain(message: string): void {
    this.#shell.state.status = 2;
    this.#shell.warn(`Syntax error: ${message}`);
  }

  #runLine(commands: readonly Command[]): void {
    const { state } = this.#shell;
    this.#marks.begin();
    try {
      this.#shell.runList(commands);
    } catch (error) {
      // `exit` ends the session; everything else only this line.
      if (error instanceof ShellExit) {
        this.#marks.end(error.status);
        throw error;
      }
      if (error instanceof Interrupted) {
        // The terminal shows `^C` and has no line end after it.
        this.#shell.sys.descriptors.write(1, encode('\n'), null);
        state.status = 130;
      } else if (error instanceof FunctionReturn) state.status = error.status;
      else if (!(error instanceof LoopExit)) state.status = this.#lineStatus(error);
      // An exception has passed the loops that would have counted down.
      state.loopDepth = 0;
    }
    this.#marks.end(state.status);
  }

  #lineStatus(error: unknown): number {
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      this.#shell.warn('Maximum recursion depth reached');
      return 2;
    }
    return this.#shell.endStatus(error);
  }
}
