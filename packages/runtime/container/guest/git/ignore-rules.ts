/** gitignore(5): which untracked paths nobody wants to hear of. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** `source` and `line` are what `git check-ignore -v` tells. */
export interface IgnoreRule {
  readonly source: string;
  readonly line: number;
  readonly text: string;
  readonly negated: boolean;
  readonly folderOnly: boolean;
  /** Matched against the whole path below `base`, or the last name alone. */
  readonly whole: boolean;
  readonly pattern: RegExp;
  /** The folder of the file of patterns, with a slash behind it; empty at the top. */
  readonly base: string;
}

/** The rules that count in one folder: its own behind those of the folders above, as the last that fits decides. */
export class IgnoreRules {
  readonly #rules: readonly IgnoreRule[];
  readonly #repository: Repository;

  private constructor(repository: Repository, rules: readonly IgnoreRule[]) {
    this.#repository = repository;
    this.#rules = rules;
  }

  /** Of the top, the user's own and the repository's exclude file included. */
  static open(repository: Repository): IgnoreRules {
    const named = repository.config('core.excludesfile')?.replace(/^~(?=\/)/, homedir());
    const own = named ?? join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'git', 'ignore');
    const exclude = join(repository.commonFolder, 'info', 'exclude');
    const rules = [...readRules(own, own, ''), ...readRules(exclude, '.git/info/exclude', '')];
    return new IgnoreRules(repository, rules).below('');
  }

  /** Of a folder in this one's: `src/` or deeper, one step at a time. */
  below(folder: string): IgnoreRules {
    const path = `${folder}.gitignore`;
    const added = readRules(join(this.#repository.workTree, path), path, folder);
    return added.length === 0 ? this : new IgnoreRules(this.#repository, [...this.#rules, ...added]);
  }

  /** The rule that decides about a path in this folder; `undefined` where none has a say. */
  decide(path: string, isFolder: boolean): IgnoreRule | undefined {
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (let at = this.#rules.length - 1; at >= 0; at--) {
      const rule = this.#rules[at];
      if (rule === undefined || (rule.folderOnly && !isFolder)) continue;
      if (rule.pattern.test(rule.whole ? path.slice(rule.base.length) : name)) return rule;
    }
    return undefined;
  }

  ignores(path: string, isFolder: boolean): boolean {
    if (this.#rules.length === 0) return false;
    const rule = this.decide(path, isFolder);
    return rule !== undefined && !rule.negated;
  }

  /** As `decide`, from the top: what is in an ignored folder is ignored, whatever its own rules say. */
  decideFromTop(path: string, isFolder: boolean): IgnoreRule | undefined {
    const parts = path.split('/');
    return this.#decideBelow(parts, 1, isFolder);
  }

  #decideBelow(parts: readonly string[], depth: number, isFolder: boolean): IgnoreRule | undefined {
    if (depth >= parts.length) return this.decide(parts.join('/'), isFolder);
    const folder = parts.slice(0, depth).join('/');
    // An ignored folder is not looked into, so nothing in it can be taken back by `!`.
    const rule = this.decide(folder, true);
    if (rule !== undefined && !rule.negated) return rule;
    return this.below(`${folder}/`).#decideBelow(parts, depth + 1, isFolder);
  }
}

/** None where there is no such file. */
function readRules(path: string, source: string, base: string): readonly IgnoreRule[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((text, at) => parseRule(text.replace(/\r$/, ''), source, at + 1, base) ?? []);
}

/** One line; `undefined` for a comment and where no pattern is left (empty, `!`, `/`). `at` counts from 1. */
export function parseRule(line: string, source: string, at: number, base: string): IgnoreRule | undefined {
  if (line.startsWith('#')) return undefined;
  // Blanks at the end do not count, unless there is a backslash before them.
  const text = line.replace(/(?<!\\)((?:\\\\)*) +$/, '$1');
  const negated = text.startsWith('!');
  const bare = negated ? text.slice(1) : text;
  const folderOnly = bare.endsWith('/');
  const glob = bare.replace(/\/$/, '');
  if (glob === '') return undefined;
  const whole = glob.includes('/');
  const source_ = globSource(glob.replace(/^\//, ''));
  return { source, line: at, text, negated, folderOnly, whole, pattern: new RegExp(`^${source_}$`, 's'), base };
}

/** wildmatch with WM_PATHNAME: what git does with stars and brackets, as a regular expression. */
export function globSource(glob: string): string {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const letter = glob.charAt(at);
    if (letter === '*') {
      const stars = /^\*+/.exec(glob.slice(at))?.[0].length ?? 1;
      const [before, after] = [glob.charAt(at - 1), glob.charAt(at + stars)];
      // Only `**` that is a whole name crosses folders; elsewhere two stars are one.
      const spans = stars === 2 && (before === '' || before === '/') && (after === '' || after === '/');
      if (!spans) source += '[^/]*';
      else if (after === '/') {
        source += '(?:.*/)?';
        at++;
      } else source += '.*';
      at += stars - 1;
    } else if (letter === '?') source += '[^/]';
    else if (letter === '[') {
      const set = /^\[([!^]?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]/s.exec(glob.slice(at));
      // A bracket that is never closed is a letter.
      if (set === null) source += '\\[';
      else {
        source += `(?!/)[${set[1] === '' ? '' : '^'}${setSource(set[2] ?? '')}]`;
        at += set[0].length - 1;
      }
    } else if (letter === '\\') source += escapeLetter(glob.charAt(++at));
    else source += escapeLetter(letter);
  }
  return source;
}

/** POSIX classes, in ASCII as wildmatch.c has them. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** What stands between brackets, for a regular expression: ranges stay, anything special is escaped. */
function setSource(set: string): string {
  return set
    .replace(/\\(.)|([\][^\\])/gs, (_, escaped?: string, plain?: string) => {
      const letter = escaped ?? plain ?? '';
      return /[a-z0-9]/i.test(letter) ? letter : `\\${letter}`;
    })
    .replace(/\\\[:([a-z]+):\\\]/g, (all, name: string) => CLASSES[name] ?? all);
}

const escapeLetter = (letter: string): string => letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
