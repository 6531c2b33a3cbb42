import { FileMode, fileType } from '@slipway/posix';
import { compileText, matches, type Pattern } from '../expand/pattern.ts';
import type { Stat } from '@slipway/vfs';
import { UsageError } from './options.ts';
import { compileRegex } from './regex.ts';

/** Looked at once: all tests of the expression share the `stat`. */
export interface Found {
  /** As the user wrote the start, and what is below it. */
  readonly path: string;
  readonly name: string;
  readonly stat: Stat;
  /** 0 for a starting point. */
  readonly depth: number;
}

/**
 * What an expression does to the world; find itself
 * does it, so that the expression is only a predicate.
 */
export interface FindActions {
  print(found: Found, end: string): void;
  /** `format` as find -printf takes it, escapes included. */
  printf(found: Found, format: string): void;
  /** Runs `argv` with `{}` replaced; true when it ended with 0. */
  exec(found: Found, argv: readonly string[], inDirectory: boolean): boolean;
  /** Collects for one call with many names, `-exec … +`, which is the same `argv` for each of them; always true. */
  execMany(found: Found, argv: readonly string[]): void;
  remove(found: Found): boolean;
  isEmpty(found: Found): boolean;
  linkTarget(found: Found): string | undefined;
  /** Does not go into the directory that is being looked at. */
  prune(): void;
  quit(): void;
  mtimeOf(path: string): number;
}

type Test = (found: Found) => boolean;

/** -maxdepth and its like count wherever they stand, so they are no tests. */
export interface FindExpression {
  readonly test: Test;
  readonly maxDepth: number;
  readonly minDepth: number;
  readonly depthFirst: boolean;
  readonly sameDevice: boolean;
}

// find(1)'s letters; a type of file that cannot exist here is a question all the same.
const TYPES: Readonly<Record<string, number>> = {
  f: FileMode.file,
  d: FileMode.directory,
  l: FileMode.link,
  p: FileMode.fifo,
  s: FileMode.socket,
  c: FileMode.char,
  b: FileMode.block,
};
// Bytes. Without a letter blocks of 512, as in POSIX; `w` are words of two.
const SIZE_UNITS: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1 << 20, G: 1 << 30, '': 512 };

/**
 * The part of find(1)'s command line after the starting points. Throws UsageError.
 *
 *   or: and (-o and | , and)* → and: not ([-a] not)* → not: ! not | ( or ) | primary
 */
export function parseFind(args: readonly string[], actions: FindActions): FindExpression {
  return new FindParser(args, actions).run();
}

class FindParser {
  readonly #args: readonly string[];
  readonly #actions: FindActions;
  #at = 0;
  #maxDepth = Infinity;
  #minDepth = 0;
  #depthFirst = false;
  #sameDevice = false;
  /** An action was seen: then nothing is printed by itself. */
  #acts = false;

  constructor(args: readonly string[], actions: FindActions) {
    this.#args = args;
    this.#actions = actions;
  }

  run(): FindExpression {
    // Without an expression all is printed.
    let test: Test = this.#args.length === 0 ? () => true : this.#or();
    const rest = this.#args[this.#at];
    if (rest !== undefined)
      throw new UsageError(
        rest === ')' ? "you have too many ')'" : `paths must precede expression: \`${rest}'`,
        1,
        false,
      );
    // XCU find: an expression without an action prints what it is true of. -prune is none.
    if (!this.#acts) {
      const inner = test;
      test = (found) => {
        if (inner(found)) this.#actions.print(found, '\n');
        return true;
      };
    }
    return {
      test,
      maxDepth: this.#maxDepth,
      minDepth: this.#minDepth,
      depthFirst: this.#depthFirst,
      sameDevice: this.#sameDevice,
    };
  }

  #or(): Test {
    let left = this.#and();
    for (;;) {
      const next = this.#args[this.#at];
      if (next !== '-o' && next !== '-or' && next !== ',') return left;
      this.#at++;
      const first = left;
      const second = this.#and();
      // The comma evaluates both, and the second counts.
      left = next === ',' ? (found) => (first(found), second(found)) : (found) => first(found) || second(found);
    }
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const next = this.#args[this.#at];
      if (next === undefined || next === ')' || next === '-o' || next === '-or' || next === ',') return left;
      // `-a` may be left out: two tests side by side are joined by it.
      if (next === '-a' || next === '-and') this.#at++;
      const first = left;
      const second = this.#not();
      left = (found) => first(found) && second(found);
    }
  }

  #not(): Test {
    const arg = this.#args[this.#at];
    if (arg === '!' || arg === '-not') {
      this.#at++;
      const inner = this.#not();
      return (found) => !inner(found);
    }
    if (arg === '(') {
      this.#at++;
      const inner = this.#or();
      if (this.#args[this.#at] !== ')')
        throw new UsageError(
          "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
          1,
          false,
        );
      this.#at++;
      return inner;
    }
    return this.#primary();
  }

  #value(name: string): string {
    const value = this.#args[this.#at];
    if (value === undefined) throw new UsageError(`missing argument to \`${name}'`, 1, false);
    this.#at++;
    return value;
  }

  #primary(): Test {
    const name = this.#args[this.#at] ?? '';
    this.#at++;
    const actions = this.#actions;
    switch (name) {
      case '-name':
      case '-iname':
        return this.#pattern(this.#value(name), name === '-iname', (found) => found.name);
      case '-path':
      case '-wholename':
      case '-ipath':
        return this.#pattern(this.#value(name), name === '-ipath', (found) => found.path);
      // Of what is no link a text that no pattern can be: names hold no zero byte.
      case '-lname':
        return this.#pattern(this.#value(name), false, (found) => actions.linkTarget(found) ?? '\0');
      case '-regex':
      case '-iregex': {
        const plain = compileRegex(this.#value(name), 'basic', name === '-iregex' ? 'i' : '');
        // find -regex has to fit the whole path. GNU's default
        // syntax is emacs's; basic is the nearest here.
        const whole = new RegExp(`^(?:${plain.source})$`, plain.flags);
        return (found) => whole.test(found.path);
      }
      case '-type':
      case '-xtype': {
        const types = this.#value(name)
          .split(',')
          .map((letter) => TYPES[letter] ?? unknownType(letter));
        // -xtype looks at a link itself here, as -type does.
        return (found) => types.includes(fileType(found.stat.mode));
      }
      case '-maxdepth':
        this.#maxDepth = this.#number(name, this.#value(name));
        return () => true;
      case '-mindepth':
        this.#minDepth = this.#number(name, this.#value(name));
        return () => true;
      // Options are true wherever they stand, and hold for the whole walk.
      case '-depth':
        this.#depthFirst = true;
        return () => true;
      case '-mount':
      case '-xdev':
        this.#sameDevice = true;
        return () => true;
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-empty':
        return (found) => actions.isEmpty(found);
      case '-newer': {
        const limit = actions.mtimeOf(this.#value(name));
        return (found) => found.stat.mtimeMs > limit;
      }
      case '-size':
        return this.#size(this.#value(name));
      case '-mtime':
        return this.#age(this.#value(name), 86_400_000);
      case '-mmin':
        return this.#age(this.#value(name), 60_000);
      case '-perm':
        return this.#permissions(this.#value(name));
      case '-links':
        return this.#compare(this.#value(name), (found) => found.stat.nlink);
      case '-inum':
        return this.#compare(this.#value(name), (found) => found.stat.ino);
      case '-executable':
        return (found) => (found.stat.mode & 0o111) !== 0;
      case '-readable':
      case '-writable':
        // The container's user is root.
        return () => true;
      case '-print':
        return this.#act((found) => (actions.print(found, '\n'), true));
      case '-print0':
        return this.#act((found) => (actions.print(found, '\0'), true));
      case '-printf': {
        const format = this.#value(name);
        return this.#act((found) => (actions.printf(found, format), true));
      }
      case '-ls':
        return this.#act((found) => (actions.printf(found, '%i %k %M %n %s %p\n'), true));
      // An action for the walk, but not one that keeps the result from being printed (XCU find).
      case '-prune':
        return () => (actions.prune(), true);
      case '-quit':
        return this.#act(() => (actions.quit(), true));
      case '-delete':
        // A directory has to be empty before it can go, so what is in it comes first.
        this.#depthFirst = true;
        return this.#act((found) => actions.remove(found));
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#exec(name);
      default:
        throw new UsageError(
          name.startsWith('-') ? `unknown predicate \`${name}'` : `paths must precede expression: \`${name}'`,
          1,
          false,
        );
    }
  }

  #act(test: Test): Test {
    this.#acts = true;
    return test;
  }

  #exec(name: string): Test {
    const argv: string[] = [];
    for (;;) {
      const arg = this.#args[this.#at];
      if (arg === undefined) throw new UsageError(`missing argument to \`${name}'`, 1, false);
      this.#at++;
      if (arg === ';') break;
      // Only `{} +` ends the command; a `+` elsewhere is an argument.
      if (arg === '+' && argv.at(-1) === '{}') {
        // One list for the whole walk: by it the action knows which batch a file belongs to.
        const command = argv.slice(0, -1);
        return this.#act((found) => (this.#actions.execMany(found, command), true));
      }
      argv.push(arg);
    }
    // -ok does not ask: there is nobody to ask while find runs.
    return this.#act((found) => this.#actions.exec(found, argv, name === '-execdir'));
  }

  #pattern(text: string, ignoreCase: boolean, of: (found: Found) => string): Test {
    // Both in small letters: the pattern has no such option.
    const pattern: Pattern = compileText(ignoreCase ? text.toLowerCase() : text);
    return (found) => matches(pattern, ignoreCase ? of(found).toLowerCase() : of(found));
  }

  #number(name: string, text: string): number {
    if (!/^\d+$/.test(text))
      throw new UsageError(`Expected a positive decimal integer argument to ${name}, but got ‘${text}’`, 1, false);
    return Number(text);
  }

  #compare(text: string, of: (found: Found) => number): Test {
    const match = /^([-+]?)(\d+)$/.exec(text);
    if (match === null) throw new UsageError(`invalid argument \`${text}'`, 1, false);
    // `+n` more than, `-n` less than, `n` exactly (XCU find).
    const wanted = Number(match[2]);
    return (found) =>
      match[1] === '+' ? of(found) > wanted : match[1] === '-' ? of(found) < wanted : of(found) === wanted;
  }

  #size(text: string): Test {
    const unit = SIZE_UNITS[/[a-zA-Z]$/.exec(text)?.[0] ?? ''];
    if (unit === undefined) throw new UsageError(`Invalid argument \`${text}' to -size`, 1, false);
    // Rounded up to whole units: `-size -1M` finds only empty files, as GNU warns.
    return this.#compare(text.replace(/[a-zA-Z]$/, ''), (found) => Math.ceil(found.stat.size / unit));
  }

  #age(text: string, unitMs: number): Test {
    const now = Date.now();
    // Whole units that have passed: `-mtime +1` is two days and more.
    return this.#compare(text, (found) => Math.floor((now - found.stat.mtimeMs) / unitMs));
  }

  #permissions(text: string): Test {
    // `-mode`: all these bits, `/mode`: any of them, else exactly these.
    const bits = parseInt(text.replace(/^[-/]/, ''), 8);
    if (Number.isNaN(bits)) throw new UsageError(`invalid mode ‘${text}’`, 1, false);
    if (text.startsWith('-')) return (found) => (found.stat.mode & bits) === bits;
    if (text.startsWith('/')) return (found) => bits === 0 || (found.stat.mode & bits) !== 0;
    return (found) => (found.stat.mode & 0o7777) === bits;
  }
}

function unknownType(letter: string): never {
  throw new UsageError(`Unknown argument to -type: ${letter}`, 1, false);
}
