import { Errno, strerror } from '@slipway/posix';
import { compileText, matches } from '../../expand/pattern.ts';
import { compareBytes } from '../../expand/glob.ts';
import { baseName, isDirectory, isFile, joinPath, statPath } from '../../io/files.ts';
import { decode } from '../../io/text.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { readOperand, splitLines } from '../input-files.ts';
import { type Options, parseOptions, UsageError } from '../options.ts';
import { compileRegex, RegexError, type RegexSyntax } from '../regex.ts';

const OPTIONS = {
  extendedRegexp: '-E --extended-regexp',
  fixedStrings: '-F --fixed-strings',
  basicRegexp: '-G --basic-regexp',
  perlRegexp: '-P --perl-regexp',
  regexp: '-e= --regexp=',
  file: '-f= --file=',
  ignoreCase: '-i --ignore-case -y',
  invertMatch: '-v --invert-match',
  wordRegexp: '-w --word-regexp',
  lineRegexp: '-x --line-regexp',
  count: '-c --count',
  filesWithMatches: '-l --files-with-matches',
  filesWithoutMatch: '-L --files-without-match',
  quiet: '-q --quiet --silent',
  noMessages: '-s --no-messages',
  lineNumber: '-n --line-number',
  withFilename: '-H --with-filename',
  noFilename: '-h --no-filename',
  onlyMatching: '-o --only-matching',
  recursive: '-r --recursive',
  dereferenceRecursive: '-R --dereference-recursive',
  maxCount: '-m= --max-count=',
  afterContext: '-A= --after-context=',
  beforeContext: '-B= --before-context=',
  context: '-C= --context=',
  text: '-a --text',
  skipBinary: '-I',
  nullData: '-z --null-data',
  include: '--include=',
  exclude: '--exclude=',
  excludeDir: '--exclude-dir=',
  color: '--color[=] --colour[=]',
  nullAfterName: '-Z --null',
} as const;

// Directories inside each other; with -R a link may lead back up.
const MAX_DEPTH = 200;

const SYNTAXES = {
  extendedRegexp: 'extended',
  fixedStrings: 'fixed',
  basicRegexp: 'basic',
  perlRegexp: 'perl',
} as const satisfies Partial<Record<keyof typeof OPTIONS, RegexSyntax>>;
/** What the program does when it is called by these names. */
const SYNTAX_BY_NAME: Readonly<Record<string, RegexSyntax>> = { egrep: 'extended', fgrep: 'fixed' };

// No pattern at all, which has a usage message of its own.
class MissingPattern {}

/**
 * XCU grep: `-E`, `-F`, `-r` and most of GNU's. 0 a line was
 * selected, 1 none, 2 trouble; also egrep and fgrep, by name.
 */
export const grep: Applet = (context, args) => {
  const options = parseOptions(args, {
    options: OPTIONS,
    ignored: '-b --byte-offset -U -T --binary-files= --line-buffered',
    status: 2,
    // `-5` is `-C 5`.
    digits: 'context',
  });
  try {
    return new Search(context, options).run();
  } catch (error) {
    if (!(error instanceof MissingPattern)) throw error;
    context.err.write(
      `Usage: ${context.name} [OPTION]... PATTERNS [FILE]...\nTry '${context.name} --help' for more information.\n`,
    );
    return 2;
  }
};

/** One run. All patterns are tried on each line; one that contains newlines was several. */
class Search {
  readonly #context: AppletContext;
  readonly #options: Options<keyof typeof OPTIONS>;
  readonly #expressions: readonly RegExp[];
  readonly #operands: readonly string[];
  readonly #named: boolean;
  readonly #before: number;
  readonly #after: number;
  readonly #colour: boolean;
  // Over all files: they make the exit status.
  #matched = false;
  #failed = false;
  /** Context was printed before, so the next group needs a `--`. */
  #anyGroup = false;

  constructor(context: AppletContext, options: Options<keyof typeof OPTIONS>) {
    this.#context = context;
    this.#options = options;
    const { patterns, operands } = this.#patterns();
    this.#expressions = this.#compile(patterns);
    const recursive = options.has('recursive', 'dereferenceRecursive');
    // Without a file: the folder with -r, standard input else.
    this.#operands = operands.length > 0 ? operands : recursive ? ['.'] : ['-'];
    // XCU grep: names are shown when there is more than one file.
    this.#named = !options.has('noFilename') && (options.has('withFilename') || this.#operands.length > 1 || recursive);
    const both = Number(options.value('context') ?? 0);
    this.#before = Number(options.value('beforeContext') ?? both);
    this.#after = Number(options.value('afterContext') ?? both);
    const colour = options.value('color');
    this.#colour =
      options.has('color') &&
      (colour === 'always' || ((colour === undefined || colour === 'auto') && context.out.isTty));
  }

  run(): number {
    const recursive = this.#options.has('recursive', 'dereferenceRecursive');
    for (const operand of this.#operands) {
      if (recursive && operand !== '-')
        this.#searchTree(operand, this.#options.operands.length <= 1 && this.#operands[0] === '.', 0);
      else this.#searchFile(operand);
      // `-q` is done with the first match, even if a file before it could not be read.
      if (this.#options.has('quiet') && this.#matched) return 0;
    }
    return this.#failed ? 2 : this.#matched ? 0 : 1;
  }

  /** Without `-e` and `-f` the first operand is the pattern. */
  #patterns(): { patterns: string[]; operands: readonly string[] } {
    const options = this.#options;
    const patterns = options.values('regexp').flatMap((text) => text.split('\n'));
    // One pattern a line; an empty file has none, and then nothing matches.
    for (const file of options.values('file')) {
      const bytes = readOperand(this.#context, file);
      if (typeof bytes === 'number') throw new UsageError(`${file}: ${strerror(bytes)}`, 2, false);
      patterns.push(...splitLines(decode(bytes).text));
    }
    if (options.has('regexp', 'file')) return { patterns, operands: options.operands };
    const [first, ...operands] = options.operands;
    if (first === undefined) throw new MissingPattern();
    return { patterns: first.split('\n'), operands };
  }

  /** One expression for each pattern, so that `-o` can tell which of them begins first. */
  #compile(patterns: readonly string[]): RegExp[] {
    const options = this.#options;
    const given = options.last('extendedRegexp', 'fixedStrings', 'basicRegexp', 'perlRegexp');
    const syntax: RegexSyntax = given === undefined ? (SYNTAX_BY_NAME[this.#context.name] ?? 'basic') : SYNTAXES[given];
    try {
      return patterns.map((pattern) => {
        // `g`, because a match is looked for from a place on (`lastIndex`).
        const flags = options.has('ignoreCase') ? 'gi' : 'g';
        const plain = compileRegex(pattern, syntax, flags);
        // Around the whole pattern, so that its alternatives are bound too.
        if (options.has('lineRegexp')) return new RegExp(`^(?:${plain.source})$`, plain.flags);
        // Not `\b`: a pattern may begin or end with what is no word character.
        return options.has('wordRegexp')
          ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${plain.source})(?![\\p{L}\\p{N}_])`, plain.flags)
          : plain;
      });
    } catch (error) {
      // The pattern is the user's: its message goes without a hint at --help.
      if (error instanceof RegexError) throw new UsageError(error.message, 2, false);
      throw error;
    }
  }

  /** Status 2 at the end, whatever else is found; `-s` hides the message and not the status. */
  #complain(message: string): void {
    this.#failed = true;
    if (!this.#options.has('noMessages')) this.#context.fail(message);
  }

  /** `implicit`: no file was named, and names are shown without the `./` in front. */
  #searchTree(name: string, implicit: boolean, depth: number): void {
    const { sys } = this.#context;
    const path = sys.absolute(name);
    // Links inside a tree are followed by -R only.
    const stat = statPath(sys.fs, path, depth === 0 || this.#options.has('dereferenceRecursive'));
    if (typeof stat === 'number') {
      this.#complain(`${name}: ${strerror(stat)}`);
      return;
    }
    if (!isDirectory(stat)) {
      if (isFile(stat) && (depth === 0 || this.#included(baseName(name)))) this.#searchFile(name);
      return;
    }
    if (
      depth > 0 &&
      this.#options
        .values('excludeDir')
        .some((pattern) => matches(compileText(pattern.replace(/\/+$/, '')), baseName(name)))
    )
      return;
    const entries = depth > MAX_DEPTH ? Errno.ELOOP : sys.fs.readdir(stat.ino);
    if (typeof entries === 'number') {
      this.#complain(`${name}: ${strerror(entries)}`);
      return;
    }
    // GNU shows them as readdir(3) has them; sorted, a run is the same each time.
    for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name))) {
      this.#searchTree(implicit && depth === 0 ? entry.name : joinPath(name, entry.name), implicit, depth + 1);
      if (this.#options.has('quiet') && this.#matched) return;
    }
  }

  /** The last name only; `--exclude` counts also where `--include` has let a file in. */
  #included(name: string): boolean {
    const includes = this.#options.values('include');
    if (includes.length > 0 && !includes.some((pattern) => matches(compileText(pattern), name))) return false;
    return !this.#options.values('exclude').some((pattern) => matches(compileText(pattern), name));
  }

  /** Read whole: context is looked up in both directions. */
  #searchFile(operand: string): void {
    const bytes = readOperand(this.#context, operand);
    if (typeof bytes === 'number') {
      if (bytes === Errno.EISDIR) this.#complain(`${operand}: Is a directory`);
      else this.#complain(`${operand}: ${strerror(bytes)}`);
      return;
    }
    const name = operand === '-' ? '(standard input)' : operand;
    // `-z`: lines end with a zero byte, and then one does not make a file binary.
    const separator = this.#options.has('nullData') ? '\0' : '\n';
    const isBinary =
      // As GNU: a zero byte in the first 32 KiB.
      !this.#options.has('text') && !this.#options.has('nullData') && bytes.subarray(0, 32768).includes(0);
    if (isBinary && this.#options.has('skipBinary')) return;
    const { text } = decode(bytes);
    this.#searchLines(name, splitLines(text, separator), isBinary);
  }

  /** Prints groups of lines with what is around them; a line that is context of two matches is shown once. */
  #searchLines(name: string, lines: readonly string[], isBinary: boolean): void {
    const options = this.#options;
    // `-m` stops reading, but the context behind the last match is still shown.
    const limit = Number(options.value('maxCount') ?? Infinity);
    // No line is shown: the file is only counted or named.
    const quiet = options.has('quiet', 'filesWithMatches', 'filesWithoutMatch', 'count');
    let count = 0;
    let lastPrinted = -1;
    let printUntil = -1;
    for (let i = 0; i < lines.length && count < limit; i++) {
      const line = lines[i] ?? '';
      // Not selected: it may still be context behind the last match.
      if (this.#matches(line) === options.has('invertMatch')) {
        if (!quiet && i <= printUntil) {
          this.#print(name, i, line, '-');
          lastPrinted = i;
        }
        continue;
      }
      count++;
      this.#matched = true;
      // One match decides: what follows need not be read.
      if (options.has('quiet', 'filesWithMatches')) break;
      if (quiet) continue;
      if (isBinary) {
        this.#context.fail(`${name}: binary file matches`);
        break;
      }
      // Context before: what has not been printed already.
      const from = Math.max(lastPrinted + 1, i - this.#before);
      // GNU: `--` between groups that do not touch.
      if ((this.#before > 0 || this.#after > 0) && this.#anyGroup && (lastPrinted === -1 || from > lastPrinted + 1))
        this.#context.out.line('--');
      for (let j = from; j < i; j++) this.#print(name, j, lines[j] ?? '', '-');
      this.#print(name, i, line, ':');
      this.#anyGroup = true;
      lastPrinted = i;
      printUntil = i + this.#after;
    }
    // Context behind the last match, where `-m` ended the loop.
    for (let i = lastPrinted + 1; !quiet && i <= printUntil && i < lines.length; i++)
      if (i > lastPrinted && lastPrinted !== -1) this.#print(name, i, lines[i] ?? '', '-');
    const end = options.has('nullAfterName') ? '\0' : '\n';
    if (options.has('quiet')) return;
    if (options.has('filesWithMatches') && count > 0) this.#context.out.write(name + end);
    else if (options.has('filesWithoutMatch') && count === 0) this.#context.out.write(name + end);
    else if (options.has('count') && !options.has('filesWithMatches') && !options.has('filesWithoutMatch'))
      this.#context.out.line(`${this.#named ? `${name}:` : ''}${count}`);
  }

  #matches(line: string): boolean {
    return this.#expressions.some((expression) => {
      // An expression with `g` remembers where it stood in the line before.
      expression.lastIndex = 0;
      return expression.test(line);
    });
  }

  /** `:` behind what matched, `-` behind context, as in the formats of GNU grep. */
  #print(name: string, index: number, line: string, mark: ':' | '-'): void {
    const options = this.#options;
    // GREP_COLORS' defaults, with the erase to the end of the line that GNU sends along.
    const paint = (text: string, code: string): string =>
      this.#colour ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text;
    const prefix =
      (this.#named ? paint(name, '35') + (options.has('nullAfterName') ? '\0' : paint(mark, '36')) : '') +
      (options.has('lineNumber') ? paint(String(index + 1), '32') + paint(mark, '36') : '');
    if (options.has('onlyMatching')) {
      // Context has no match to show.
      if (mark === '-' || options.has('invertMatch')) return;
      for (const match of this.#allMatches(line)) this.#context.out.line(prefix + paint(match.text, '01;31'));
      return;
    }
    if (!this.#colour || options.has('invertMatch') || mark === '-') {
      this.#context.out.line(prefix + line);
      return;
    }
    let shown = '';
    let at = 0;
    for (const match of this.#allMatches(line)) {
      shown += line.slice(at, match.index) + paint(match.text, '01;31');
      at = match.index + match.text.length;
    }
    this.#context.out.line(prefix + shown + line.slice(at));
  }

  /** Non-empty matches from left to right, of whichever pattern comes first. */
  #allMatches(line: string): { index: number; text: string }[] {
    const found: { index: number; text: string }[] = [];
    let at = 0;
    for (;;) {
      let best: { index: number; text: string } | undefined;
      for (const expression of this.#expressions) {
        expression.lastIndex = at;
        for (let match = expression.exec(line); match !== null; match = expression.exec(line)) {
          if (match[0] === '') {
            expression.lastIndex++;
            continue;
          }
          if (
            best === undefined ||
            match.index < best.index ||
            // Two patterns at one place: the longest, as one pattern with `|` would find in POSIX.
            (match.index === best.index && match[0].length > best.text.length)
          )
            best = { index: match.index, text: match[0] };
          break;
        }
      }
      if (best === undefined) return found;
      found.push(best);
      at = best.index + best.text.length;
    }
  }
}
