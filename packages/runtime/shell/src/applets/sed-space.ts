import type { ReplacementPart, SedAddress, SedCommand, SedSubstitute } from './sed-script.ts';

/** A line of the input, and whether it ended with a newline: the last one may not have. */
export interface SedLine {
  readonly text: string;
  readonly newline: boolean;
}

/** How lines are printed: `quiet` is `-n`, `terminator` a newline or, with `-z`, a NUL. */
export interface SedSpaceOptions {
  readonly quiet: boolean;
  readonly terminator: string;
  /** The text of the file of an `r`; `undefined` where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/**
 * What the commands of sed work on: pattern space and hold space, where the input
 * is, and what has been printed. One for a run, also where it edits many files.
 */
export class SedSpace {
  pattern = '';
  hold = '';
  /** Whether an `s` of this cycle has replaced something since the last `t` or `T` (XCU sed, t). */
  substituted = false;
  /** The status to end with, once `q`, `Q` or an `n` without a line has ended the run. */
  quit: number | undefined;
  readonly readFile: SedSpaceOptions['readFile'];
  /** Files of `w`, written at the end: a script may read what it is about to replace. */
  readonly files = new Map<string, string>();
  readonly #quiet: boolean;
  readonly #terminator: string;
  #lines: readonly SedLine[] = [];
  #number = 0;
  #at = 0;
  // Whether the line in the pattern space had its newline, to be printed as it came.
  #newline = true;
  // What a and r have put off until the end of the cycle.
  #appended: string[] = [];
  #output = '';
  #lastExpression: RegExp | undefined;

  constructor({ quiet, terminator, readFile }: SedSpaceOptions) {
    this.#quiet = quiet;
    this.#terminator = terminator;
    this.readFile = readFile;
  }

  /** The number of the line, from 1. */
  get number(): number {
    return this.#number;
  }

  /** Whether there is no line after this one: the address `$`. */
  get isLast(): boolean {
    return this.#at >= this.#lines.length;
  }

  /** Lines to read from now on; numbers go on unless `restart`. */
  begin(lines: readonly SedLine[], restart: boolean): void {
    this.#lines = lines;
    this.#at = 0;
    if (restart) this.#number = 0;
  }

  /** The next line into the pattern space; false, and nothing changed, where there is none. */
  next(): boolean {
    const line = this.#lines[this.#at];
    if (line === undefined) return false;
    this.#at++;
    this.#number++;
    this.pattern = line.text;
    this.#newline = line.newline;
    return true;
  }

  /** Leaves what is left of the input unread. */
  stop(): void {
    this.#at = this.#lines.length;
  }

  print(text: string, newline = true): void {
    this.#output += text + (newline ? this.#terminator : '');
  }

  /** Printed when the cycle ends, after the pattern space. */
  append(text: string): void {
    this.#appended.push(text);
  }

  /** Prints what a and r have put off. */
  flushAppended(): void {
    for (const text of this.#appended.splice(0)) this.#output += text;
  }

  /** Prints the pattern space, where it is to be printed and is not quiet, and what was put off. */
  endCycle(print: boolean): void {
    // Without a newline at the end of the input none is added, unless text follows.
    if (print && !this.#quiet) this.print(this.pattern, this.#newline || this.#appended.length > 0);
    this.flushAppended();
  }

  /** The pattern space goes to the end of the file of a `w`. */
  write(file: string): void {
    this.files.set(file, `${this.files.get(file) ?? ''}${this.pattern}\n`);
  }

  /** What has been printed since the last call. */
  takeOutput(): string {
    const output = this.#output;
    this.#output = '';
    return output;
  }

  /** Whether the addresses of a command take this line, `!` apart. Moves its range on. */
  selected(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return this.#matches(from);
    // XCU sed: the range begins; whether it ends on this very line depends on a numbered end alone.
    if (command.active === undefined) {
      if (!this.#matches(from)) return false;
      command.active = Infinity;
      if (to.kind === 'line') command.active = to.line;
      else if (to.kind === 'plus') command.active = this.#number + to.count;
      else if (to.kind === 'last' && this.isLast) command.active = this.#number;
      // A numbered end at or before the beginning: one line.
      if (command.active <= this.#number) command.active = undefined;
      return true;
    }
    const ends =
      to.kind === 'regex'
        ? this.#test(to.expression)
        : to.kind === 'last'
          ? this.isLast
          : this.#number >= command.active;
    // A numbered end that was jumped over: the range is over already.
    const beyond = (to.kind === 'line' || to.kind === 'plus') && this.#number > command.active;
    if (ends) command.active = undefined;
    return !beyond;
  }

  #matches(address: SedAddress): boolean {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return this.isLast;
      case 'step':
        return address.step <= 0
          ? this.#number === address.first
          : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case 'plus':
        return false;
      case 'regex':
        return this.#test(address.expression);
    }
  }

  /** Runs an `s`; whether it has replaced something. */
  substitute({ expression, replacement, global, occurrence, print, file }: SedSubstitute): boolean {
    const used = this.#use(expression);
    let result = '';
    let at = 0;
    let count = 0;
    for (const match of this.pattern.matchAll(used)) {
      // An empty match right after a match is none (as in `s/b*/x/g`).
      if (match[0] === '' && match.index === at && count > 0 && at > 0) continue;
      count++;
      if (count < occurrence) continue;
      result += this.pattern.slice(at, match.index) + replace(replacement, match);
      at = match.index + match[0].length;
      if (!global) break;
    }
    if (count < occurrence) return false;
    this.pattern = result + this.pattern.slice(at);
    if (print) this.print(this.pattern);
    if (file !== undefined) this.write(file);
    return true;
  }

  #use(expression: RegExp | undefined): RegExp {
    const used = expression ?? this.#lastExpression;
    // An empty expression before any other is an error when it is met.
    if (used === undefined) throw new Error('Cannot run a sed script: no previous regular expression');
    this.#lastExpression = used;
    used.lastIndex = 0;
    return used;
  }

  #test(expression: RegExp | undefined): boolean {
    return this.#use(expression).test(this.pattern);
  }
}

/**
 * The replacement for one match. `\U` and `\L` hold until
 * `\E`, `\u` and `\l` for the next character that comes.
 */
function replace(parts: readonly ReplacementPart[], match: RegExpMatchArray): string {
  let result = '';
  let mode: 'U' | 'L' | 'E' = 'E';
  let once: 'u' | 'l' | undefined;
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.mode === 'u' || part.mode === 'l') once = part.mode;
      else mode = part.mode;
      continue;
    }
    let text = part.kind === 'text' ? part.text : (match[part.index] ?? '');
    if (mode === 'U') text = text.toUpperCase();
    else if (mode === 'L') text = text.toLowerCase();
    if (once !== undefined && text !== '') {
      text = (once === 'u' ? text.slice(0, 1).toUpperCase() : text.slice(0, 1).toLowerCase()) + text.slice(1);
      once = undefined;
    }
    result += text;
  }
  return result;
}
