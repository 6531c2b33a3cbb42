import { strerror } from '@slipway/posix';
import { baseName, dirName, isDirectory, isLink, joinPath, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { type FindActions, type Found, type FindExpression, parseFind } from '../find-expression.ts';
import { UsageError } from '../options.ts';
import { modeText } from '../mode.ts';
import { unescapeText } from '../escapes.ts';
import { formatDate } from '../date-format.ts';

// Directories inside each other; the walk recurses.
const MAX_DEPTH = 500;
/** As many as xargs would take at once. */
const MAX_ARGUMENTS = 5000;

/**
 * XCU find, with GNU's common tests and actions. Starting points
 * come first, the expression begins with a `-`, `!` or `(`.
 */
export const find: Applet = (context, args) => {
  let follow = false;
  let first = 0;
  // -H counts as -P here, which does not follow a starting point that is a link.
  for (; first < args.length && /^-[HLP]$/.test(args[first] ?? ''); first++) follow = args[first] === '-L';
  let end = first;
  // The first word that could be an expression ends the starting points.
  while (end < args.length && !/^-|^[!()]$/.test(args[end] ?? '')) end++;
  const starts = args.slice(first, end);
  return new Walk(context, follow).run(starts.length === 0 ? ['.'] : starts, args.slice(end));
};

/**
 * The walk, and what actions do. A directory is read before
 * its entries are visited, so an action may delete them.
 */
class Walk implements FindActions {
  readonly #context: AppletContext;
  readonly #follow: boolean;
  #status = 0;
  #pruned = false;
  #stopped = false;
  // By the expression's own list of arguments, which tells two `-exec … +` apart.
  readonly #batches = new Map<readonly string[], string[]>();

  constructor(context: AppletContext, follow: boolean) {
    this.#context = context;
    this.#follow = follow;
  }

  run(starts: readonly string[], expression: readonly string[]): number {
    const parsed = parseFind(expression, this);
    for (const start of starts) {
      if (this.#stopped) break;
      this.#visit(start, baseName(start), 0, parsed);
    }
    for (const [argv, paths] of this.#batches) this.#runBatch(argv, paths);
    return this.#status;
  }

  /** Calls itself for each entry; `-prune` and `-quit` are told by flags that an action has set meanwhile. */
  #visit(path: string, name: string, depth: number, expression: FindExpression): void {
    const { sys } = this.#context;
    // A slash at the end asks for what the link leads to.
    let stat = statPath(sys.fs, sys.absolute(path), this.#follow || path.endsWith('/'));
    // A link that leads nowhere is shown as a link.
    if (typeof stat === 'number') stat = statPath(sys.fs, sys.absolute(path), false);
    if (typeof stat === 'number') {
      // Gone between the listing and the look.
      if (depth === 0) this.#status = this.#context.fail(`‘${path}’: ${strerror(stat)}`);
      return;
    }
    const found: Found = { path, name, stat, depth };
    const apply = (): void => {
      if (depth >= expression.minDepth) expression.test(found);
    };
    this.#pruned = false;
    if (!expression.depthFirst) apply();
    const descend =
      isDirectory(stat) &&
      depth < Math.min(expression.maxDepth, MAX_DEPTH) &&
      // With -depth the directory comes last: -prune is too late then (XCU find).
      !(this.#pruned && !expression.depthFirst);
    if (descend && !this.#stopped) {
      const entries = sys.fs.readdir(stat.ino);
      if (typeof entries === 'number') this.#status = this.#context.fail(`‘${path}’: ${strerror(entries)}`);
      else {
        for (const entry of entries) {
          if (this.#stopped) return;
          this.#visit(joinPath(path, entry.name), entry.name, depth + 1, expression);
        }
      }
    }
    if (expression.depthFirst && !this.#stopped) apply();
  }

  print(found: Found, end: string): void {
    this.#context.out.write(found.path + end);
  }

  printf(found: Found, format: string): void {
    // `%` and a letter; A, T and C take one more, a conversion of strftime(3).
    const { stat } = found;
    const expanded = unescapeText(format, 'format').text.replace(
      /%(-?\d*)(?:([ATC])(.)|([a-zA-Z%]))/g,
      (
        whole,
        width: string,
        timeKind: string | undefined,
        timeLetter: string | undefined,
        letter: string | undefined,
      ) => {
        const text =
          timeKind !== undefined
            ? this.#time(found, timeKind, timeLetter ?? '@')
            : this.#field(found, letter ?? '', stat.mode);
        if (text === undefined) return whole;
        return width.startsWith('-') ? text.padEnd(Number(width.slice(1))) : text.padStart(Number(width));
      },
    );
    this.#context.out.write(expanded);
  }

  /** `@` is seconds since 1970; `+` is GNU's day and time in one. */
  #time({ stat }: Found, kind: string, letter: string): string {
    const ms = kind === 'A' ? stat.atimeMs : kind === 'C' ? stat.ctimeMs : stat.mtimeMs;
    // GNU prints nanoseconds; the clock has milliseconds.
    if (letter === '@') return (ms / 1000).toFixed(10);
    return formatDate(letter === '+' ? '%Y-%m-%d+%H:%M:%S' : `%${letter}`, ms, this.#context.env['TZ']);
  }

  /** GNU find, "Format Directives"; undefined leaves a directive as it stands. */
  #field(found: Found, letter: string, mode: number): string | undefined {
    const { stat } = found;
    switch (letter) {
      case '%':
        return '%';
      case 'p':
        return found.path;
      case 'P':
        // Below the starting point, without it.
        return found.depth === 0 ? '' : found.path.split('/').slice(-found.depth).join('/');
      case 'f':
        return found.name;
      case 'h':
        return dirName(found.path);
      case 's':
        return String(stat.size);
      case 'd':
        return String(found.depth);
      case 'i':
        return String(stat.ino);
      case 'k':
        return String(Math.ceil(stat.blocks / 2));
      case 'b':
        return String(stat.blocks);
      case 'n':
        return String(stat.nlink);
      case 'm':
        return (mode & 0o7777).toString(8);
      case 'M':
        return modeText(mode);
      // GNU has the owner's name; here it is always root.
      case 'u':
      case 'g':
        return 'root';
      case 'l':
        return this.linkTarget(found) ?? '';
      case 'y':
        return modeText(mode).slice(0, 1).replace('-', 'f');
      case 't':
        return new Date(stat.mtimeMs).toString();
      default:
        return undefined;
    }
  }

  /**
   * Whether the command ended with 0: `-exec` is also a test. GNU replaces `{}` anywhere in a word, POSIX
   * only where it stands alone.
   */
  exec(found: Found, argv: readonly string[], inDirectory: boolean): boolean {
    const name = inDirectory ? `./${found.name}` : found.path;
    const words = argv.map((arg) => arg.replaceAll('{}', name));
    if (!inDirectory) return this.#context.run(words) === 0;
    // There and back: -execdir runs in the file's own directory.
    const before = this.#context.sys.cwd();
    this.#context.sys.chdir(this.#context.sys.absolute(dirName(found.path)));
    const status = this.#context.run(words);
    this.#context.sys.chdir(before);
    return status === 0;
  }

  /** `-exec … +`: always true, and the status of find is 1 where one of the runs fails (XCU find). */
  execMany(found: Found, argv: readonly string[]): void {
    const paths = this.#batches.get(argv) ?? [];
    paths.push(found.path);
    this.#batches.set(argv, paths);
    if (paths.length >= MAX_ARGUMENTS) this.#runBatch(argv, paths.splice(0));
  }

  #runBatch(argv: readonly string[], paths: readonly string[]): void {
    if (paths.length > 0 && this.#context.run([...argv, ...paths]) !== 0) this.#status = 1;
  }

  /** `-delete` goes with `-depth`: a folder is empty by the time it is reached. */
  remove(found: Found): boolean {
    // As GNU: `.` cannot be deleted from inside, and says nothing.
    if (found.depth === 0 && (found.name === '.' || found.name === '..')) return true;
    const { fs } = this.#context.sys;
    const path = this.#context.sys.absolute(found.path);
    const errno = isDirectory(found.stat) && !isLink(found.stat) ? fs.rmdir(path) : fs.unlink(path);
    if (errno < 0) this.#status = this.#context.fail(`cannot delete ‘${found.path}’: ${strerror(errno)}`);
    return errno >= 0;
  }

  isEmpty({ stat }: Found): boolean {
    if (!isDirectory(stat)) return stat.size === 0 && !isLink(stat);
    const entries = this.#context.sys.fs.readdir(stat.ino);
    return typeof entries !== 'number' && entries.length === 0;
  }

  linkTarget({ stat }: Found): string | undefined {
    const target = isLink(stat) ? this.#context.sys.fs.readlink(stat.ino) : undefined;
    return typeof target === 'string' ? target : undefined;
  }

  prune(): void {
    this.#pruned = true;
  }

  quit(): void {
    this.#stopped = true;
  }

  /** For `-newer`; throws where there is no such file, before anything is walked. */
  mtimeOf(path: string): number {
    const stat = statPath(this.#context.sys.fs, this.#context.sys.absolute(path));
    if (typeof stat === 'number') throw new UsageError(`‘${path}’: ${strerror(stat)}`, 1, false);
    return stat.mtimeMs;
  }
}
