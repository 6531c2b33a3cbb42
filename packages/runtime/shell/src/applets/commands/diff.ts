import { Errno, strerror } from '@slipway/posix';
import { compareBytes } from '../../expand/glob.ts';
import { baseName, isDirectory, joinPath, statPath } from '../../io/files.ts';
import { decode } from '../../io/text.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { diffLines, type Hunk } from '../diff-lines.ts';
import { readOperand } from '../input-files.ts';
import { type Options, parseOptions } from '../options.ts';
import { formatDate } from '../date-format.ts';

const OPTIONS = {
  unified: '-u',
  contextLines: '-U= --unified[=]',
  recursive: '-r --recursive',
  brief: '-q --brief',
  newFile: '-N --new-file',
  ignoreSpaceChange: '-b --ignore-space-change',
  ignoreAllSpace: '-w --ignore-all-space',
  ignoreCase: '-i --ignore-case',
  reportIdenticalFiles: '-s --report-identical-files',
  text: '-a --text',
  label: '--label=',
} as const;

/** What the line above each pair of files repeats of the command line. */
const SHOWN_IN_TITLES = [
  ['unified', '-u'],
  ['recursive', '-r'],
  ['newFile', '-N'],
] as const;

// Directories inside each other; the comparison recurses, also through links.
const MAX_DEPTH = 200;

/** XCU diff: normal and unified output. 0 the same, 1 different, 2 trouble, also for binary files. */
export const diff: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-B --ignore-blank-lines -c --strip-trailing-cr --color[=]',
    status: 2,
  });
  const [left, right] = options.operands;
  if (left === undefined || right === undefined)
    return context.fail(left === undefined ? 'missing operand' : `missing operand after '${left}'`, 2);
  return new Comparison(context, options).compare(left, right, 0);
};

/** One run: options decide what counts as the same and how it is shown. */
class Comparison {
  readonly #context: AppletContext;
  readonly #options: Options<keyof typeof OPTIONS>;

  constructor(context: AppletContext, options: Options<keyof typeof OPTIONS>) {
    this.#context = context;
    this.#options = options;
  }

  /** Its status: 0, 1 or 2, as the program's. */
  compare(left: string, right: string, depth: number): number {
    const a = this.#isDirectory(left);
    const b = this.#isDirectory(right);
    if (a && b) return this.#directories(left, right, depth);
    // A file against a directory means the file of that name in it.
    // So `diff file folder` compares with `folder/file`, from either side.
    if (a && right !== '') return this.compare(joinPath(left, baseName(right)), right, depth);
    if (b && left !== '') return this.compare(left, joinPath(right, baseName(left)), depth);
    return this.#files(left, right, depth > 0);
  }

  #isDirectory(name: string): boolean {
    const stat = name === '-' ? -1 : statPath(this.#context.sys.fs, this.#context.sys.absolute(name));
    return typeof stat !== 'number' && isDirectory(stat);
  }

  /**
   * In the order of the names on both sides together. What only one of them has is named and not looked into,
   * without `-N`.
   */
  #directories(left: string, right: string, depth: number): number {
    const { out } = this.#context;
    const list = (name: string): string[] => {
      // A folder that cannot be read counts as an empty one.
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
      if ((!inLeft.has(name) || !inRight.has(name)) && !this.#options.has('newFile')) {
        out.line(`Only in ${inLeft.has(name) ? left : right}: ${name}`);
        status = Math.max(status, 1);
        continue;
      }
      if (this.#isDirectory(a) && this.#isDirectory(b)) {
        // Too deep counts as common, so that links in a circle come to an end.
        if (this.#options.has('recursive') && depth < MAX_DEPTH)
          status = Math.max(status, this.#directories(a, b, depth + 1));
        else out.line(`Common subdirectories: ${a} and ${b}`);
        continue;
      }
      status = Math.max(status, this.#files(a, b, true));
    }
    return status;
  }

  /** `titled` below folders, where the line above a pair says which files follow. */
  #files(left: string, right: string, titled: boolean): number {
    const { out } = this.#context;
    const read = (name: string): Uint8Array | undefined => {
      const bytes = readOperand(this.#context, name);
      if (typeof bytes !== 'number') return bytes;
      // `-N`: a file that is not there is empty.
      if (bytes === Errno.ENOENT && this.#options.has('newFile')) return new Uint8Array(0);
      this.#context.fail(`${name}: ${strerror(bytes)}`, 2);
      return undefined;
    };
    const a = read(left);
    const b = read(right);
    if (a === undefined || b === undefined) return 2;
    const same = a.length === b.length && a.every((byte, index) => byte === b[index]);
    if (same) {
      if (this.#options.has('reportIdenticalFiles')) out.line(`Files ${left} and ${right} are identical`);
      return 0;
    }
    // A zero byte near the beginning makes a file binary, as GNU decides it.
    if (!this.#options.has('text') && (a.subarray(0, 4096).includes(0) || b.subarray(0, 4096).includes(0))) {
      out.line(`Binary files ${left} and ${right} differ`);
      return 2;
    }
    const linesA = split(decode(a).text);
    const linesB = split(decode(b).text);
    // `-u` has three lines of context, normal output none.
    const context = this.#options.has('contextLines', 'unified') ? Number(this.#options.value('contextLines') ?? 3) : 0;
    // Of keys, not of lines: -b, -w and -i decide what is the same.
    const hunks = diffLines(
      linesA.map((line) => this.#key(line)),
      linesB.map((line) => this.#key(line)),
      context,
    );
    // The bytes differ and no line does: only what the options pass over.
    if (hunks.length === 0) return 0;
    if (this.#options.has('brief')) {
      out.line(`Files ${left} and ${right} differ`);
      return 1;
    }
    // Only below folders: with two operands the reader knows what was compared.
    if (titled)
      out.line(
        `diff ${SHOWN_IN_TITLES.filter(([name]) => this.#options.has(name))
          .map(([, spelling]) => `${spelling} `)
          .join('')}${left} ${right}`,
      );
    if (this.#options.has('unified', 'contextLines')) this.#unified(left, right, hunks, linesA, linesB);
    else for (const hunk of hunks) this.#normal(hunk, linesA, linesB);
    return 1;
  }

  /** What lines are compared by; they are shown as they are. */
  #key(line: string): string {
    let text = line;
    if (this.#options.has('ignoreAllSpace')) text = text.replace(/\s+/g, '');
    // Blanks at the end of a line are nothing, others are one.
    else if (this.#options.has('ignoreSpaceChange')) text = text.replace(/[ \t]+/g, ' ').replace(/ ?\n?$/, '');
    if (this.#options.has('ignoreCase')) text = text.toLowerCase();
    return text;
  }

  /** `--label` takes the place of name and time, the first for the left file and the second for the right. */
  #unified(left: string, right: string, hunks: readonly Hunk[], a: readonly string[], b: readonly string[]): void {
    const { out, sys, env } = this.#context;
    const labels = this.#options.values('label');
    const head = (name: string, index: number): string => {
      const label = labels[index];
      if (label !== undefined) return label;
      const stat = name === '-' ? -1 : statPath(sys.fs, sys.absolute(name));
      // GNU: a file that -N made up has the time 0.
      const ms = typeof stat !== 'number' ? stat.mtimeMs : name === '-' ? Date.now() : 0;
      return `${name}\t${formatDate('%Y-%m-%d %H:%M:%S.%N %z', ms, env['TZ'])}`;
    };
    out.line(`--- ${head(left, 0)}`);
    out.line(`+++ ${head(right, 1)}`);
    // The unified format: the first line and how many, the number
    // left out where it is 1. An empty side names the line before.
    const range = (start: number, count: number): string =>
      count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
    for (const hunk of hunks) {
      const countA = hunk.edits.filter((edit) => edit.kind !== 'add').length;
      const countB = hunk.edits.filter((edit) => edit.kind !== 'remove').length;
      out.line(`@@ -${range(hunk.startA, countA)} +${range(hunk.startB, countB)} @@`);
      for (const edit of hunk.edits)
        this.#line(
          edit.kind === 'add' ? '+' : edit.kind === 'remove' ? '-' : ' ',
          (edit.kind === 'add' ? b : a)[edit.line] ?? '',
        );
    }
  }

  #line(mark: string, line: string): void {
    // So that patch(1) leaves the newline away as well.
    this.#context.out.write(line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`);
  }

  #normal(hunk: Hunk, a: readonly string[], b: readonly string[]): void {
    const removed = hunk.edits.filter((edit) => edit.kind === 'remove');
    const added = hunk.edits.filter((edit) => edit.kind === 'add');
    const range = (start: number, count: number): string =>
      count <= 1 ? String(count === 0 ? start : start + 1) : `${start + 1},${start + count}`;
    // XCU diff: `a` adds, `d` deletes, `c` changes; line numbers of the left file come first.
    const letter = removed.length === 0 ? 'a' : added.length === 0 ? 'd' : 'c';
    this.#context.out.line(`${range(hunk.startA, removed.length)}${letter}${range(hunk.startB, added.length)}`);
    for (const edit of removed) this.#line('< ', a[edit.line] ?? '');
    if (letter === 'c') this.#context.out.line('---');
    for (const edit of added) this.#line('> ', b[edit.line] ?? '');
  }
}

// Newlines stay with their lines: the last one may have none.
const split = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));
