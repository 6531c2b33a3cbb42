import type { ProcessSystem } from '@slipway/kernel';
import { expandPattern, expandString, expandWords } from '../expand/expand.ts';
import { assignVariable } from '../expand/parameters.ts';
import { matches } from '../expand/pattern.ts';
import { errorText } from '../io/errno.ts';
import { decodeLossy, encode } from '../io/text.ts';
import type { RunWordsOptions } from '../shell.ts';
import { cloneState, type ShellState } from '../state/shell-state.ts';
import type { Command, SimpleCommand } from '../syntax/ast.ts';
import { Parser } from '../syntax/parser.ts';
import { ShellSyntaxError } from '../syntax/syntax-error.ts';
import type { Dialect } from '../syntax/word-reader.ts';
import { evaluateCondition } from './condition.ts';
import { BrokenPipe, FunctionReturn, Interrupted, LoopExit, ShellError, ShellExit } from './control-flow.ts';
import { openTemporary, readBack, RedirectUndo } from './descriptors.ts';
import type { Interpreter as InterpreterParts, JobControl } from './interpreter-parts.ts';
import { waitForJob } from './jobs.ts';
import { runInBackground, runPipeline } from './pipeline.ts';
import { applyRedirects, RedirectError } from './redirect.ts';
import { runSimpleCommand, runWords } from './simple-command.ts';
import { SignalDesk } from './signal-desk.ts';
import { signalNumber } from '../io/signals.ts';

/** Subshells, substitutions and `eval`s inside each other. */
const MAX_NESTING = 500;
const MAX_SUBSTITUTION_BYTES = 128 * 1024 * 1024;

export interface InterpreterOptions {
  readonly sys: ProcessSystem;
  readonly state: ShellState;
  readonly name: string;
  readonly dialect: Dialect;
  readonly interactive: boolean;
  readonly jobControl?: JobControl | undefined;
}

/** Walks the tree and runs it. */
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
  readonly #frames: RedirectUndo[] = [];
  /** Above zero: a failure is being looked at, `set -e` does not apply. */
  #tested = 0;
  #nesting = 0;
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
    const prefix = this.interactive || this.name === 'jsh' ? this.name : `${this.state.arg0}: ${this.state.line}`;
    this.sys.descriptors.write(2, encode(`${prefix}: ${message}\n`), null);
  }

  // ── Lists and compound commands ───────────────────────────────────────────

  runList(commands: readonly Command[], tail = false): number {
    commands.forEach((command, index) => {
      this.state.status = this.execute(command, tail && index === commands.length - 1);
    });
    return commands.length === 0 ? 0 : this.state.status;
  }

  execute(command: Command, tail: boolean): number {
    if (this.state.options.has('noexec') && !this.interactive) return 0;
    this.checkSignals();
    switch (command.kind) {
      case 'simple':
        return this.#checked(() => this.#withTraps(runSimpleCommand(this, command, tail && this.#mayBecome(command))));
      case 'pipeline':
        return this.#pipeline(command);
      case 'and':
      case 'or': {
        const left = this.#whileTested(() => this.execute(command.left, false));
        this.state.status = left;
        return (left === 0) === (command.kind === 'and') ? this.execute(command.right, tail) : left;
      }
      case 'background':
        return runInBackground(this, command.command, command.text);
      case 'group':
        return this.runList(command.body, tail);
      case 'subshell':
        return this.#checked(() => this.inSubshell(() => this.runList(command.body, false)));
      case 'if': {
        const condition = this.#whileTested(() => this.runList(command.condition));
        if (condition === 0) return this.runList(command.then, tail);
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
    return this.#frames.length === 0 && this.state.traps.size === 0 && this.#tested === 0 && this.state.functionDepth === 0 && this.state.loopDepth === 0 && command.words.length > 0;
  }

  /** set -e */
  #checked(run: () => number): number {
    const status = run();
    if (status !== 0 && this.#tested === 0 && this.state.options.has('errexit')) {
      this.state.status = status;
      throw new ShellExit(status);
    }
    return status;
  }

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
    if (negated) return this.#whileTested(run) === 0 ? 1 : 0;
    return this.#checked(run);
  }

  #loop(kind: 'while' | 'until', condition: readonly Command[], body: readonly Command[]): number {
    let status = 0;
    this.#inLoop((iterate) => {
      for (;;) {
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
          if (error.levels > 1) {
            error.levels--;
            throw error;
          }
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

  // ── Subshells and substitutions ───────────────────────────────────────────

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

  /** The status a (sub)shell ends with for what was thrown; rethrows what is no end of a shell. */
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
    this.state.traps.delete('EXIT');
    if (action === undefined || action === '') return status;
    this.state.status = status;
    try {
      this.runText(action);
    } catch (error) {
      return this.endStatus(error);
    }
    return status;
  }

  substitute(body: readonly Command[]): string {
    if (body.length === 0) {
      this.substitutionStatus = 0;
      return '';
    }
    const { descriptors, fs, start } = this.sys;
    const fd = openTemporary(fs, descriptors, start.pid);
    if (fd < 0) throw new ShellError(`cannot create a file in /tmp: ${errorText(fd)}`);
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
      if (typeof bytes === 'number') throw new ShellError(`cannot read back command output: ${errorText(bytes)}`);
      if (bytes.length > MAX_SUBSTITUTION_BYTES) throw new ShellError('Out of space');
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
      for (const job of [...this.state.jobs.all()]) waitForJob(this, job, false);
    }
  }

  // ── Text ──────────────────────────────────────────────────────────────────

  runText(text: string, line = this.state.line): number {
    if (++this.#nesting > MAX_NESTING) throw new ShellError('Too deeply nested');
    try {
      const parser = new Parser(text, { line, dialect: this.dialect, aliases: this.state.aliases });
      let status = 0;
      for (let commands = parser.next(); commands !== undefined; commands = parser.next()) status = this.runList(commands);
      return status;
    } finally {
      this.#nesting--;
    }
  }

  // ── Signals ───────────────────────────────────────────────────────────────

  checkSignals(): void {
    if (this.#inHandler || !this.desk.poll()) return;
    for (let name = this.desk.take(); name !== undefined; name = this.desk.take()) {
      const action = this.state.traps.get(name);
      if (action === '') continue;
      if (action !== undefined) this.runHandler(action);
      else if (this.interactive) {
        if (name === 'INT') throw new Interrupted();
      } else throw new ShellExit(128 + signalNumber(name), `SIG${name}`);
    }
  }

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
