import { compileText, matches } from '../expand/pattern.ts';
import { compareBytes } from '../expand/glob.ts';
import { EISDIR, errorText } from '../io/errno.ts';
import { baseName, isDirectory, isFile, joinPath, statPath } from '../io/files.ts';
import { decode } from '../io/text.ts';
import type { Applet, AppletContext } from './applet.ts';
import { readOperand, splitLines } from './input-files.ts';
import { type Options, parseOptions, UsageError } from './options.ts';
import { compileRegex, RegexError, type RegexSyntax } from './regex.ts';

const MAX_DEPTH = 200;

class MissingPattern {}

export const grep: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: 'EFGPe:f:ivwxclLqsnHhorRm:A:B:C:abIUzTy', status: 2, digits: 'C',
    long: {
      'extended-regexp': 'E', 'fixed-strings': 'F', 'basic-regexp': 'G', 'perl-regexp': 'P', 'regexp=': 'e', 'file=': 'f', 'ignore-case': 'i', 'invert-match': 'v', 'word-regexp': 'w', 'line-regexp': 'x',
      count: 'c', 'files-with-matches': 'l', 'files-without-match': 'L', quiet: 'q', silent: 'q', 'no-messages': 's', 'line-number': 'n', 'with-filename': 'H', 'no-filename': 'h', 'only-matching': 'o',
      recursive: 'r', 'dereference-recursive': 'R', 'max-count=': 'm', 'after-context=': 'A', 'before-context=': 'B', 'context=': 'C', text: 'a', 'byte-offset': 'b', 'null-data': 'z',
      'include=': '+', 'exclude=': '-', 'exclude-dir=': '/', 'color=': '%', color: '%', 'colour=': '%', colour: '%', null: '0', 'binary-files=': '&', 'line-buffered': '_',
    },
  });
  try {
    return new Search(context, options).run();
  } catch (error) {
    if (!(error instanceof MissingPattern)) throw error;
    context.err.write(`Usage: ${context.name} [OPTION]... PATTERNS [FILE]...\nTry '${context.name} --help' for more information.\n`);
    return 2;
  }
};

class Search {
  readonly #context: AppletContext;
  readonly #options: Options;
  readonly #expressions: readonly RegExp[];
  readonly #operands: readonly string[];
  readonly #named: boolean;
  readonly #before: number;
  readonly #after: number;
  readonly #colour: boolean;
  #matched = false;
  #failed = false;
  #anyGroup = false;

  constructor(context: AppletContext, options: Options) {
    this.#context = context;
    this.#options = options;
    const { patterns, operands } = this.#patterns();
    this.#expressions = this.#compile(patterns);
    const recursive = options.has('r') || options.has('R');
    this.#operands = operands.length > 0 ? operands : recursive ? ['.'] : ['-'];
    this.#named = !options.has('h') && (options.has('H') || this.#operands.length > 1 || recursive);
    const both = Number(options.value('C') ?? 0);
    this.#before = Number(options.value('B') ?? both);
    this.#after = Number(options.value('A') ?? both);
    const colour = options.value('%');
    this.#colour = options.has('%') && (colour === 'always' || ((colour === undefined || colour === 'auto') && context.out.isTty));
  }

  run(): number {
    const recursive = this.#options.has('r') || this.#options.has('R');
    for (const operand of this.#operands) {
      if (recursive && operand !== '-') this.#searchTree(operand, this.#options.operands.length <= 1 && this.#operands[0] === '.', 0);
      else this.#searchFile(operand);
      if (this.#options.has('q') && this.#matched) return 0;
    }
    return this.#failed ? 2 : this.#matched ? 0 : 1;
  }

  #patterns(): { patterns: string[]; operands: readonly string[] } {
    const options = this.#options;
    const patterns = options.values('e').flatMap((text) => text.split('\n'));
    for (const file of options.values('f')) {
      const bytes = readOperand(this.#context, file);
      if (typeof bytes === 'number') throw new UsageError(`${file}: ${errorText(bytes)}`, 2, false);
      patterns.push(...splitLines(decode(bytes).text));
    }
    if (options.has('e') || options.has('f')) return { patterns, operands: options.operands };
    const [first, ...operands] = options.operands;
    if (first === undefined) throw new MissingPattern();
    return { patterns: first.split('\n'), operands };
  }

  #compile(patterns: readonly string[]): RegExp[] {
    const options = this.#options;
    const kind = options.last('EFGP') ?? (this.#context.name === 'egrep' ? 'E' : this.#context.name === 'fgrep' ? 'F' : 'G');
    const syntax: RegexSyntax = kind === 'E' ? 'extended' : kind === 'F' ? 'fixed' : kind === 'P' ? 'perl' : 'basic';
    try {
      return patterns.map((pattern) => {
        const flags = options.has('i') || options.has('y') ? 'gi' : 'g';
        const plain = compileRegex(pattern, syntax, flags);
        if (options.has('x')) return new RegExp(`^(?:${plain.source})$`, plain.flags);
        return options.has('w') ? new RegExp(`(?<![\\p{L}\\p{N}_])(?:${plain.source})(?![\\p{L}\\p{N}_])`, plain.flags) : plain;
      });
    } catch (error) {
      if (error instanceof RegexError) throw new UsageError(error.message, 2, false);
      throw error;
    }
  }

  #complain(message: string): void {
    this.#failed = true;
    if (!this.#options.has('s')) this.#context.fail(message);
  }

  #searchTree(name: string, implicit: boolean, depth: number): void {
    const { sys } = this.#context;
    const path = sys.absolute(name);
    // Links inside a tree are followed by -R only.
    const stat = statPath(sys.fs, path, depth === 0 || this.#options.has('R'));
    if (typeof stat === 'number') {
      this.#complain(`${name}: ${errorText(stat)}`);
      return;
    }
    if (!isDirectory(stat)) {
      if (isFile(stat) && (depth === 0 || this.#included(baseName(name)))) this.#searchFile(name);
      return;
    }
    if (depth > 0 && this.#options.values('/').some((pattern) => matches(compileText(pattern.replace(/\/+$/, '')), baseName(name)))) return;
    const entries = depth > MAX_DEPTH ? -40 : sys.fs.readdir(stat.ino);
    if (typeof entries === 'number') {
      this.#complain(`${name}: ${errorText(entries)}`);
      return;
    }
    for (const entry of [...entries].sort((a, b) => compareBytes(a.name, b.name))) {
      this.#searchTree(implicit && depth === 0 ? entry.name : joinPath(name, entry.name), implicit, depth + 1);
      if (this.#options.has('q') && this.#matched) return;
    }
  }

  #included(name: string): boolean {
    const includes = this.#options.values('+');
    if (includes.length > 0 && !includes.some((pattern) => matches(compileText(pattern), name))) return false;
    return !this.#options.values('-').some((pattern) => matches(compileText(pattern), name));
  }

  #searchFile(operand: string): void {
    const bytes = readOperand(this.#context, operand);
    if (typeof bytes === 'number') {
      if (bytes === EISDIR) this.#complain(`${operand}: Is a directory`);
      else this.#complain(`${operand}: ${errorText(bytes)}`);
      return;
    }
    const name = operand === '-' ? '(standard input)' : operand;
    const separator = this.#options.has('z') ? '\0' : '\n';
    const isBinary = !this.#options.has('a') && !this.#options.has('z') && bytes.subarray(0, 32768).includes(0);
    if (isBinary && this.#options.has('I')) return;
    const { text } = decode(bytes);
    this.#searchLines(name, splitLines(text, separator), isBinary);
  }

  #searchLines(name: string, lines: readonly string[], isBinary: boolean): void {
    const options = this.#options;
    const limit = Number(options.value('m') ?? Infinity);
    const quiet = options.has('q') || options.has('l') || options.has('L') || options.has('c');
    let count = 0;
    let lastPrinted = -1;
    let printUntil = -1;
    for (let i = 0; i < lines.length && count < limit; i++) {
      const line = lines[i] ?? '';
      if (this.#matches(line) === options.has('v')) {
        if (!quiet && i <= printUntil) {
          this.#print(name, i, line, '-');
          lastPrinted = i;
        }
        continue;
      }
      count++;
      this.#matched = true;
      if (options.has('q') || options.has('l')) break;
      if (quiet) continue;
      if (isBinary) {
        this.#context.out.line(`${this.#context.name}: ${name}: binary file matches`);
        break;
      }
      const from = Math.max(lastPrinted + 1, i - this.#before);
      if ((this.#before > 0 || this.#after > 0) && this.#anyGroup && (lastPrinted === -1 || from > lastPrinted + 1)) this.#context.out.line('--');
      for (let j = from; j < i; j++) this.#print(name, j, lines[j] ?? '', '-');
      this.#print(name, i, line, ':');
      this.#anyGroup = true;
      lastPrinted = i;
      printUntil = i + this.#after;
    }
    for (let i = lastPrinted + 1; !quiet && i <= printUntil && i < lines.length; i++) if (i > lastPrinted && lastPrinted !== -1) this.#print(name, i, lines[i] ?? '', '-');
    const end = options.has('0') ? '\0' : '\n';
    if (options.has('q')) return;
    if (options.has('l') && count > 0) this.#context.out.write(name + end);
    else if (options.has('L') && count === 0) this.#context.out.write(name + end);
    else if (options.has('c') && !options.has('l') && !options.has('L')) this.#context.out.line(`${this.#named ? `${name}:` : ''}${count}`);
  }

  #matches(line: string): boolean {
    return this.#expressions.some((expression) => {
      expression.lastIndex = 0;
      return expression.test(line);
    });
  }

  #print(name: string, index: number, line: string, mark: ':' | '-'): void {
    const options = this.#options;
    const paint = (text: string, code: string): string => (this.#colour ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text);
    const prefix = (this.#named ? paint(name, '35') + (options.has('0') ? '\0' : paint(mark, '36')) : '') + (options.has('n') ? paint(String(index + 1), '32') + paint(mark, '36') : '');
    if (options.has('o')) {
      if (mark === '-' || options.has('v')) return;
      for (const match of this.#allMatches(line)) this.#context.out.line(prefix + paint(match.text, '01;31'));
      return;
    }
    if (!this.#colour || options.has('v') || mark === '-') {
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
          if (best === undefined || match.index < best.index || (match.index === best.index && match[0].length > best.text.length)) best = { index: match.index, text: match[0] };
          break;
        }
      }
      if (best === undefined) return found;
      found.push(best);
      at = best.index + best.text.length;
    }
  }
}
