import { isFetchLine } from './install-progress.ts';
import { LineSplitter } from './line-splitter.ts';

type Stream = 'stdout' | 'stderr';

/** What colours text in a terminal (ECMA-48, 5.4); made of a text, as a pattern with control characters looks wrong. */
const COLOURS = new RegExp('\\u001b\\[[0-?]*[ -/]*[@-~]', 'g');
/** How much of a stream's end is kept for a failure that nobody recognizes. */
const KEPT_UNITS = 16_000;
const LINE_LIMIT = 8000;
const LINE_UNITS = 500;
/** So many last lines of stdout stand in for a stderr that says nothing. */
const LAST_LINES = 5;

/** TypeScript's two ways to say it, with and without colours. */
const COMPILER_ERRORS = [
  /^(?<where>\S.*?\(\d+,\d+\)): error (?<what>TS\d+: .+)$/,
  /^(?<where>\S.*?:\d+:\d+) - error (?<what>TS\d+: .+)$/,
  /^error (?<what>TS\d+: .+)$/,
];
/** Bundlers announce an error by one of these; what it is comes below. */
const ANNOUNCEMENT = /^(?:error during build:|.*\bBuild failed with \d+ errors?:|ERROR in .+|Failed to compile\.?)$/;
/** Where a bundler's error is: a frame's head, or the line that Rollup adds. */
const FRAME = /(?:[╭┌]─\[|^file:) ?(?<where>[^\]]+?) ?\]?$/;
/** esbuild's own, and errors that nobody caught, Node's among them. */
const UNCAUGHT = /^(?:✘ \[ERROR\] .+|(?:Uncaught )?[A-Z]\w*Error(?: \[\w+\])?: .+|Error: .+)$/;
/** Lines that stand in stderr whether something failed or not. */
const NOISE = new RegExp(
  [
    '^slipway: ',
    '^npm (?:warn|notice)\\b',
    '^npm error (?:A complete log of this run|\\s*\\S*_logs/)',
    '^\\(node:\\d+\\) ',
    '^\\(Use `node --trace-',
  ].join('|'),
);

/**
 * Finds in the output of a failed command the line that a person looks for: compilers write their errors to stdout,
 * bundlers put a stack behind theirs, and the last line of stderr is often a notice that was there in good times too.
 */
export class FailureFinder {
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  readonly #ends = { stdout: '', stderr: '' };
  #compiler: string | undefined;
  #compilerErrors = 0;
  #bundler: string | undefined;
  #announced = false;
  #located = false;
  #uncaught: string | undefined;

  push(stream: Stream, bytes: Uint8Array): void {
    for (const line of this.#splitters[stream].push(bytes)) this.#take(stream, line);
  }

  /** The errors that a compiler or bundler wrote; undefined where none of them is known here. */
  known(): string | undefined {
    this.#end();
    if (this.#compiler !== undefined) {
      const others = this.#compilerErrors - 1;
      return others === 0 ? this.#compiler : `${this.#compiler} (and ${others} more)`;
    }
    return this.#bundler ?? this.#uncaught;
  }

  /** What is left of stderr without what is always there, else the end of stdout; undefined: there is nothing. */
  rest(): string | undefined {
    this.#end();
    const lastLines = this.#ends.stdout.slice(-KEPT_UNITS).trim().split('\n').slice(-LAST_LINES).join('\n');
    return this.#ends.stderr.slice(-KEPT_UNITS).trim() || lastLines || undefined;
  }

  #end(): void {
    for (const stream of ['stdout', 'stderr'] as const)
      for (const line of this.#splitters[stream].end()) this.#take(stream, line);
  }

  #take(stream: Stream, raw: string): void {
    // Floods are of empty lines, or of the same one: what is done for each is little.
    if (raw === '' && this.#ends[stream].endsWith('\n\n')) return;
    const line = raw.slice(0, LINE_LIMIT).replaceAll(COLOURS, '').trimEnd();
    if (stream === 'stdout' || !(NOISE.test(line) || isFetchLine(line))) {
      const end = `${this.#ends[stream]}${line}\n`;
      this.#ends[stream] = end.length > 2 * KEPT_UNITS ? end.slice(-KEPT_UNITS) : end;
    }
    const short = line.slice(0, LINE_UNITS);
    if (this.#takeCompiler(short) || this.#takeBundler(short)) return;
    if (UNCAUGHT.test(short)) this.#uncaught ??= short;
  }

  #takeCompiler(line: string): boolean {
    for (const pattern of COMPILER_ERRORS) {
      const groups = pattern.exec(line)?.groups;
      if (!groups) continue;
      this.#compilerErrors++;
      this.#compiler ??= groups['where'] === undefined ? groups['what'] : `${groups['where']}: ${groups['what']}`;
      return true;
    }
    return false;
  }

  /** The first error alone: what follows is often its consequence. */
  #takeBundler(line: string): boolean {
    if (this.#bundler === undefined && ANNOUNCEMENT.test(line)) this.#announced = true;
    else if (this.#bundler === undefined && this.#announced && line !== '') this.#bundler = line.trim();
    else if (this.#bundler !== undefined && !this.#located) {
      const where = FRAME.exec(line)?.groups?.['where'];
      // Its stack has begun: the place is not to be found in there.
      if (where === undefined) this.#located = /^\s+at /.test(line);
      else {
        this.#located = true;
        this.#bundler = `${this.#bundler} (${where})`;
      }
    } else return false;
    return true;
  }
}
