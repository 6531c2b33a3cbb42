import { strerror } from '@slipway/posix';
import type { ProcessSystem } from '@slipway/kernel';
import { expandPattern, expandString, expandWords } from '../expand/expand.ts';
import { assignVariable } from '../expand/parameters.ts';
import { matches } from '../expand/pattern.ts';
import { decodeLossy, encode } from '../io/text.ts';
import type { RunWordsOptions } from '../state/shell.ts';
import { cloneState, type ShellState } from '../state/shell-state.ts';
import type { Command, SimpleCommand } from '../syntax/ast.ts';
import { Parser } from '../syntax/parser.ts';
import { ShellSyntaxError } from '../syntax/syntax-error.ts';
import type { Dialect } from '../syntax/word-reader.ts';
import { evaluateCondition } from './condition.ts';
import { BrokenPipe } from '../io/output.ts';
import { FunctionReturn, Interrupted, LoopExit, ShellError, ShellExit } from '../state/control-flow.ts';
import { openTemporary, readBack, RedirectUndo } from '../process/descriptors.ts';
import type { Interpreter as InterpreterParts, JobControl } from '../state/interpreter-parts.ts';
import { waitForJob } from '../jobs/jobs.ts';
import { runInBackground, runPipeline } from './pipeline.ts';
import { applyRedirects, RedirectError } from './redirect.ts';
import { runSimpleCommand, runWords } from './simple-command.ts';
import { SignalDesk } from '../process/signal-desk.ts';
import { signalNumber } from '../io/signals.ts';

/** Subshells, substitutions and `eval`s inside each other; the stack of a worker ends not far above. */
const MAX_NESTING = 500;
// What a substitution may read into memory.
const MAX_SUBSTITUTION_BYTES = 128 * 1024 * 1024;

/**
 * What a shell begins with. `jobControl` is absent for
 * a script: then no process has a group of its own.
 */
export interface InterpreterOptions {
  readonly sys: ProcessSystem;
  readonly state: ShellState;
  readonly name: string;
  readonly dialect: Dialect;
  readonly interactive: boolean;
  readonly jobControl?: JobControl | undefined;
}

/**
 * Walks the tree and runs it, synchronously, in the shell's own worker.
 *
 * A status is what a method returns; leaving by another way is an exception of
 * `control-flow.ts`. Subshells run here too, on a copy of the state, unless they
 * must go on beside the shell; only then do they get a worker (`pipeline.ts`).
 *
 * `tail` goes down to the last command: nothing comes after it, so that it
 * may take the process over and save a worker. It is false wherever something
 * is still to be done: redirections undone, a status tested, a trap run.
 */
export class Interpreter implements InterpreterParts {
  readonly sys: ProcessSystem;
  readonly name: string;
  readonly dialect: Dialect;
  readonly interactive: boolean;
  readonly jobControl: JobControl | undefined;
  readonly desk: SignalDesk;
  state: ShellState;
  substitutionStatus: number | undefined;
  readonly lingering: number[] = [];
  // A frame for each subshell running here, the innermost last.
  readonly #frames: RedirectUndo[] = [];
  /** Above zero: a failure is being looked at, `set -e` does not apply. */
  #tested = 0;
  #nesting = 0;
  // A handler is not interrupted by another one; what comes meanwhile waits (XCU 2.11).
  #inHandler = false;

  constructor(options: InterpreterOptions) {
    this.sys = options.sys;
    this.state = options.state;
    this.name = options.name;
    this.dialect = options.dialect;
    this.interactive = options.interactive;
    this.jobControl = options.jobControl;
    this.desk = new SignalDesk(options.sys);
  }

  get frame(): RedirectUndo | undefined {
    return this.#frames.at(-1);
  }

  warn(message: string): void {
    // dash says where in the script; at a prompt there is no script to look at.
    const prefix = this.interactive || this.name === 'jsh' ? this.name : `${this.state.arg0}: ${this.state.line}`;
    this.sys.descriptors.write(2, encode(`${prefix}: ${message}\n`), null);
  }

  runList(commands: readonly Command[], tail = false): number {
    commands.forEach((command, index) => {
      this.state.status = this.execute(command, tail && index === commands.length - 1);
    });
    return commands.length === 0 ? 0 : this.state.status;
  }

  execute(command: Command, tail: boolean): number {
    // XCU set -n: read, do not run; an interactive shell ignores it, or nobody could turn it off.
    if (this.state.options.has('noexec') && !this.interactive) return 0;
    this.checkSignals();
    switch (command.kind) {
      case 'simple':
        // XCU set -e: a command that fails ends the shell,
        // unless something looks at it (`#whileTested`).
        return this.#checked(() => this.#withTraps(runSimpleCommand(this, command, tail && this.#mayBecome(command))));
      case 'pipeline':
        return this.#pipeline(command);
      case 'and':
      case 'or': {
        // The left side of `&&` and `||` is looked at, the last command is not.
        const left = this.#whileTested(() => this.execute(command.left, false));
        this.state.status = left;
        return (left === 0) === (command.kind === 'and') ? this.execute(command.right, tail) : left;
      }
      case 'background':
        return runInBackground(this, command.command, command.text);
      case 'group':
        return this.runList(command.body, tail);
      case 'subshell':
        // Its own failure counts once more outside, for `set -e` of this shell.
        return this.#checked(() => this.inSubshell(() => this.runList(command.body, false)));
      case 'if': {
        const condition = this.#whileTested(() => this.runList(command.condition));
        if (condition === 0) return this.runList(command.then, tail);
        // XCU 2.9.4: an `if` of which no branch ran is 0, whatever the condition was.
        return command.otherwise.length === 0 ? 0 : this.runList(command.otherwise, tail);
      }
      case 'while':
      case 'until':
        return this.#loop(command.kind, command.condition, command.body);
      case 'for':
        return this.#for(command);
      case 'case':
        return this.#case(command, tail);
      case 'function':
        this.state.functions.set(command.name, command.body);
        return 0;
      case 'condition':
        this.state.line = command.line;
        return this.#checked(() => (evaluateCondition(this, command.test) ? 0 : 1));
      case 'redirected':
        return this.#checked(() => this.#redirected(command));
    }
  }

  /** A trap runs between commands: when the redirections of the last one are undone. */
  #withTraps(status: number): number {
    if (this.desk.poll()) {
      this.state.status = status;
      this.checkSignals();
    }
    return status;
  }

  /** The last command of a script may take this process over, if nothing is left to do after it. */
  #mayBecome(command: SimpleCommand): boolean {
    return (
      this.#frames.length === 0 &&
      this.state.traps.size === 0 &&
      this.#tested === 0 &&
      this.state.functionDepth === 0 &&
      this.state.loopDepth === 0 &&
      command.words.length > 0
    );
  }

  /** `set -e`: a command that fails ends the shell, but for one whose status is asked for (XCU set, -e). */
  #checked(run: () => number): number {
    const status = run();
    if (status !== 0 && this.#tested === 0 && this.state.options.has('errexit')) {
      this.state.status = status;
      throw new ShellExit(status);
    }
    return status;
  }

  /**
   * Conditions and all but the last part of `&&`, `||`
   * and `!`: `set -e` does not look (XCU set, -e, 2).
   */
  #whileTested(run: () => number): number {
    this.#tested++;
    try {
      return run();
    } finally {
      this.#tested--;
    }
  }

  #pipeline({ stages, negated }: Extract<Command, { kind: 'pipeline' }>): number {
    const run = (): number => {
      const only = stages[0];
      return stages.length === 1 && only !== undefined ? this.execute(only, false) : runPipeline(this, stages);
    };
    // `! cmd` never ends a shell under `set -e`, whichever way it comes out (XCU set, -e, 2).
    if (negated) return this.#whileTested(run) === 0 ? 1 : 0;
    return this.#checked(run);
  }

  #loop(kind: 'while' | 'until', condition: readonly Command[], body: readonly Command[]): number {
    let status = 0;
    this.#inLoop((iterate) => {
      for (;;) {
        // The condition belongs to the loop: a `break` in it leaves this loop.
        const verdict = iterate(() => this.#whileTested(() => this.runList(condition)));
        if (verdict.leave) return;
        if (verdict.again) continue;
        if ((verdict.status === 0) !== (kind === 'while')) return;
        const result = iterate(() => this.runList(body));
        status = result.status;
        if (result.leave) return;
      }
    });
    return status;
  }

  #for(command: Extract<Command, { kind: 'for' }>): number {
    this.state.line = command.line;
    // Expanded once, before the first turn (XCU 2.9.4).
    const words = command.words === undefined ? this.state.parameters : expandWords(this, command.words);
    let status = 0;
    this.#inLoop((iterate) => {
      for (const word of words) {
        assignVariable(this, command.variable, word);
        const result = iterate(() => this.runList(command.body));
        status = result.status;
        if (result.leave) return;
      }
    });
    return status;
  }

  /** Gives `run` a way to run a part of the loop that `break` and `continue` may leave. */
  #inLoop(run: (iterate: (part: () => number) => { status: number; leave: boolean; again: boolean }) => void): void {
    const { state } = this;
    state.loopDepth++;
    try {
      run((part) => {
        try {
          return { status: part(), leave: false, again: false };
        } catch (error) {
          if (!(error instanceof LoopExit)) throw error;
          // Counted down on the way out; `break` has seen to it that there are that many loops.
          if (error.levels > 1) {
            error.levels--;
            throw error;
          }
          // XCU break: 0, unless the number is wrong, which the builtin has refused.
          state.status = 0;
          return { status: 0, leave: error.kind === 'break', again: error.kind === 'continue' };
        }
      });
    } finally {
      state.loopDepth--;
    }
  }

  #case({ subject, items, line }: Extract<Command, { kind: 'case' }>, tail: boolean): number {
    this.state.line = line;
    const text = expandString(this, subject);
    for (const item of items) {
      // Patterns are expanded one at a time, and none after the one that fits (XCU 2.9.4).
      if (!item.patterns.some((pattern) => matches(expandPattern(this, pattern), text))) continue;
      this.state.status = 0;
      return this.runList(item.body, tail);
    }
    return 0;
  }

  #redirected({ command, redirects }: Extract<Command, { kind: 'redirected' }>): number {
    const undo = new RedirectUndo(this.sys.descriptors);
    try {
      try {
        applyRedirects(this, redirects, undo);
      } catch (error) {
        if (!(error instanceof RedirectError)) throw error;
        // A compound command whose redirection fails is not run; the script goes on (XCU 2.8.1).
        this.warn(error.message);
        return 2;
      }
      return this.execute(command, false);
    } finally {
      undo.restore();
    }
  }

  runWords(words: readonly string[], options: RunWordsOptions): number {
    return runWords(this, words, options);
  }

  /**
   * A subshell in this process: state is copied, directory, umask and descriptors are put back.
   * It can end, fail and `exec >f` as it likes; `execute` in here never gives the process away.
   */
  inSubshell(body: () => number): number {
    if (++this.#nesting > MAX_NESTING) throw new ShellError('Too deeply nested');
    const { state } = this;
    const cwd = this.sys.cwd();
    const umask = this.sys.umask();
    const frame = new RedirectUndo(this.sys.descriptors);
    this.#frames.push(frame);
    this.state = cloneState(state);
    try {
      return this.#contained(body);
    } finally {
      this.#frames.pop();
      frame.restore();
      this.state = state;
      if (this.sys.cwd() !== cwd) this.sys.chdir(cwd);
      this.sys.umask(umask);
      this.#nesting--;
    }
  }

  /** Runs to the end of the subshell: what would end its process ends here. */
  #contained(body: () => number): number {
    let status: number;
    try {
      status = body();
    } catch (error) {
      status = this.endStatus(error);
    }
    return this.runExitTrap(status);
  }

  /**
   * The status a (sub)shell ends with for what was thrown; rethrows what is no end
   * of a shell: `Interrupted`, which goes up to the prompt, and mistakes of our own.
   */
  endStatus(error: unknown): number {
    if (error instanceof ShellExit) return error.status;
    if (error instanceof FunctionReturn) return error.status;
    if (error instanceof LoopExit) return 0;
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof ShellError) {
      this.warn(error.message);
      return error.status;
    }
    if (error instanceof ShellSyntaxError) {
      this.state.line = error.line;
      this.warn(`Syntax error: ${error.message}`);
      return 2;
    }
    throw error;
  }

  /** XCU 2.14 trap: the action on EXIT runs once, with `$?` as it was. */
  runExitTrap(status: number): number {
    const action = this.state.traps.get('EXIT');
    // Deleted first: an `exit` in the action must not run it again.
    this.state.traps.delete('EXIT');
    if (action === undefined || action === '') return status;
    this.state.status = status;
    try {
      this.runText(action);
    } catch (error) {
      return this.endStatus(error);
    }
    // The action's own status does not count (XCU trap), an `exit 3` in it does.
    return status;
  }

  /**
   * The output goes to a file, not to a pipe: the commands run in this
   * very worker, and nobody would read the pipe while they write.
   */
  substitute(body: readonly Command[]): string {
    if (body.length === 0) {
      this.substitutionStatus = 0;
      return '';
    }
    const { descriptors, fs, start } = this.sys;
    const fd = openTemporary(fs, descriptors, start.pid);
    if (fd < 0) throw new ShellError(`cannot create a file in /tmp: ${strerror(fd)}`);
    const tested = this.#tested;
    try {
      const status = this.inSubshell(() => {
        // A substitution is a shell of its own for `set -e`.
        this.#tested = 0;
        const undo = new RedirectUndo(descriptors);
        undo.replace(fd, 1);
        try {
          return this.#runAndWait(body);
        } finally {
          undo.restore();
        }
      });
      this.substitutionStatus = status;
      this.state.status = status;
      const bytes = readBack(fs, descriptors, fd);
      if (typeof bytes === 'number') throw new ShellError(`cannot read back command output: ${strerror(bytes)}`);
      if (bytes.length > MAX_SUBSTITUTION_BYTES) throw new ShellError('Out of space');
      // XCU 2.6.3: the newlines at the end go, and a zero byte cannot be in a string of the shell.
      return decodeLossy(bytes).replaceAll('\0', '').replace(/\n+$/, '');
    } finally {
      this.#tested = tested;
      descriptors.close(fd);
    }
  }

  /** The output of a substitution ends when its background commands have ended too. */
  #runAndWait(body: readonly Command[]): number {
    try {
      return this.runList(body);
    } finally {
      // A file has no end that a reader could wait for,
      // as a pipe has; so the writers are waited for.
      for (const job of [...this.state.jobs.all()]) waitForJob(this, job, false);
    }
  }

  runText(text: string, line = this.state.line): number {
    if (++this.#nesting > MAX_NESTING) throw new ShellError('Too deeply nested');
    try {
      const parser = new Parser(text, { line, dialect: this.dialect, aliases: this.state.aliases });
      let status = 0;
      for (let commands = parser.next(); commands !== undefined; commands = parser.next())
        status = this.runList(commands);
      return status;
    } finally {
      this.#nesting--;
    }
  }

  checkSignals(): void {
    // Not while a handler runs: signals of that time stay with the desk.
    if (this.#inHandler || !this.desk.poll()) return;
    for (let name = this.desk.take(); name !== undefined; name = this.desk.take()) {
      const action = this.state.traps.get(name);
      if (action === '') continue;
      if (action !== undefined) this.runHandler(action);
      // Watched, but its trap is gone: what the signal does by default, a shell at a prompt apart.
      else if (this.interactive) {
        if (name === 'INT') throw new Interrupted();
      } else throw new ShellExit(128 + signalNumber(name), `SIG${name}`);
    }
  }

  /**
   * XCU 2.14 trap: `$?` after the action is as it was before,
   * so that a command between the two does not notice.
   */
  runHandler(text: string): void {
    const { status } = this.state;
    this.#inHandler = true;
    try {
      this.runText(text);
    } finally {
      this.#inHandler = false;
    }
    this.state.status = status;
  }
}
