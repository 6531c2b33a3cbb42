import { compareBytes } from '../expand/glob.ts';
import { errorText } from '../io/errno.ts';
import { baseName, isDirectory, joinPath, statPath } from '../io/files.ts';
import { decode } from '../io/text.ts';
import type { Applet, AppletContext } from './applet.ts';
import { diffLines, type Hunk } from './diff-lines.ts';
import { readOperand } from './input-files.ts';
import { type Options, parseOptions } from './options.ts';
import { formatDate } from './date.ts';

const MAX_DEPTH = 200;

export const diff: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: 'uU:rqNbwBisac', status: 2,
    long: { unified: 'u', 'unified=': 'U', recursive: 'r', brief: 'q', 'new-file': 'N', 'ignore-space-change': 'b', 'ignore-all-space': 'w', 'ignore-blank-lines': 'B', 'ignore-case': 'i', 'report-identical-files': 's', text: 'a', 'color=': '%', color: '%', 'label=': 'L', 'strip-trailing-cr': 'c' },
  });
  const [left, right] = options.operands;
  if (left === undefined || right === undefined) return context.fail(left === undefined ? 'missing operand' : `missing operand after '${left}'`, 2);
  return new Comparison(context, options).compare(left, right, 0);
};

class Comparison {
  readonly #context: AppletContext;
  readonly #options: Options;

  constructor(context: AppletContext, options: Options) {
    this.#context = context;
    this.#options = options;
  }

  compare(left: string, right: string, depth: number): number {
    const a = this.#isDirectory(left);
    const b = this.#isDirectory(right);
    if (a && b) return this.#directories(left, right, depth);
    // A file against a directory means the file of that name in it.
    if (a) return this.compare(joinPath(left, baseName(right)), right, depth);
    if (b) return this.compare(left, joinPath(right, baseName(left)), depth);
    return this.#files(left, right, depth > 0);
  }

  #isDirectory(name: string): boolean {
    const stat = name === '-' ? -1 : statPath(this.#context.sys.fs, this.#context.sys.absolute(name));
    return typeof stat !== 'number' && isDirectory(stat);
  }

  #directories(left: string, right: string, depth: number): number {
    const { out } = this.#context;
    const list = (name: string): string[] => {
      const { sys } = this.#context;
      const entries = sys.fs.readdir(sys.fs.lookup(sys.absolute(name), true));
      return typeof entries === 'number' ? [] : entries.map((entry) => entry.name);
    };
    const inLeft = new Set(list(left));
    const inRight = new Set(list(right));
    let status = 0;
    for (const name of [...new Set([...inLeft, ...inRight])].sort(compareBytes)) {
      const a = joinPath(left, name);
      const b = joinPath(right, name);
      if ((!inLeft.has(name) || !inRight.has(name)) && !this.#options.has('N')) {
        out.line(`Only in ${inLeft.has(name) ? left : right}: ${name}`);
        status = Math.max(status, 1);
        continue;
      }
      if (this.#isDirectory(a) && this.#isDirectory(b)) {
        if (this.#options.has('r') && depth < MAX_DEPTH) status = Math.max(status, this.#directories(a, b, depth + 1));
        else out.line(`Common subdirectories: ${a} and ${b}`);
        continue;
      }
      status = Math.max(status, this.#files(a, b, true));
    }
    return status;
  }

  #files(left: string, right: string, titled: boolean): number {
    const { out } = this.#context;
    const read = (name: string): Uint8Array | undefined => {
      const bytes = readOperand(this.#context, name);
      if (typeof bytes !== 'number') return bytes;
      if (bytes === -2 && this.#options.has('N')) return new Uint8Array(0);
      this.#context.fail(`${name}: ${errorText(bytes)}`, 2);
      return undefined;
    };
    const a = read(left);
    const b = read(right);
    if (a === undefined || b === undefined) return 2;
    const same = a.length === b.length && a.every((byte, index) => byte === b[index]);
    if (same) {
      if (this.#options.has('s')) out.line(`Files ${left} and ${right} are identical`);
      return 0;
    }
    if (!this.#options.has('a') && (a.subarray(0, 4096).includes(0) || b.subarray(0, 4096).includes(0))) {
      out.line(`Binary files ${left} and ${right} differ`);
      return 2;
    }
    const linesA = split(decode(a).text);
    const linesB = split(decode(b).text);
    const context = this.#options.has('U') ? Number(this.#options.value('U')) : this.#options.has('u') ? 3 : 0;
    const hunks = diffLines(linesA.map((line) => this.#key(line)), linesB.map((line) => this.#key(line)), context);
    if (hunks.length === 0) return 0;
    if (this.#options.has('q')) {
      out.line(`Files ${left} and ${right} differ`);
      return 1;
    }
    if (titled) out.line(`diff ${[...'urN'].filter((letter) => this.#options.has(letter)).map((letter) => `-${letter} `).join('')}${left} ${right}`);
    if (this.#options.has('u') || this.#options.has('U')) this.#unified(left, right, hunks, linesA, linesB);
    else for (const hunk of hunks) this.#normal(hunk, linesA, linesB);
    return 1;
  }

  #key(line: string): string {
    let text = line;
    if (this.#options.has('w')) text = text.replace(/\s+/g, '');
    else if (this.#options.has('b')) text = text.replace(/[ \t]+/g, ' ').replace(/ ?\n?$/, '');
    if (this.#options.has('i')) text = text.toLowerCase();
    return text;
  }

  #unified(left: string, right: string, hunks: readonly Hunk[], a: readonly string[], b: readonly string[]): void {
    const { out, sys, env } = this.#context;
    const labels = this.#options.values('L');
    const head = (name: string, index: number): string => {
      const label = labels[index];
      if (label !== undefined) return label;
      const stat = name === '-' ? -1 : statPath(sys.fs, sys.absolute(name));
      return `${name}\t${formatDate('%Y-%m-%d %H:%M:%S.%N %z', typeof stat === 'number' ? (name === '-' ? Date.now() : 0) : stat.mtimeMs, env['TZ'])}`;
    };
    out.line(`--- ${head(left, 0)}`);
    out.line(`+++ ${head(right, 1)}`);
    const range = (start: number, count: number): string => (count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`);
    for (const hunk of hunks) {
      const countA = hunk.edits.filter((edit) => edit.kind !== 'add').length;
      const countB = hunk.edits.filter((edit) => edit.kind !== 'remove').length;
      out.line(`@@ -${range(hunk.startA, countA)} +${range(hunk.startB, countB)} @@`);
      for (const edit of hunk.edits) this.#line(edit.kind === 'add' ? '+' : edit.kind === 'remove' ? '-' : ' ', (edit.kind === 'add' ? b : a)[edit.line] ?? '');
    }
  }

  #line(mark: string, line: string): void {
    this.#context.out.write(line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`);
  }

  #normal(hunk: Hunk, a: readonly string[], b: readonly string[]): void {
    const removed = hunk.edits.filter((edit) => edit.kind === 'remove');
    const added = hunk.edits.filter((edit) => edit.kind === 'add');
    const range = (start: number, count: number): string => (count <= 1 ? String(count === 0 ? start : start + 1) : `${start + 1},${start + count}`);
    const letter = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c';
    this.#context.out.line(`${range(hunk.startA, removed.length)}${letter}${range(hunk.startB, added.length)}`);
    for (const edit of removed) this.#line('< ', a[edit.line] ?? '');
    if (letter === 'c') this.#context.out.line('---');
    for (const edit of added) this.#line('> ', b[edit.line] ?? '');
  }
}

const split = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));
