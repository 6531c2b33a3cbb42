import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Repository } from '../repository.ts';

/** One call of a command that is done here and not by the library. */
export interface CommandCall {
  readonly repository: Repository;
  readonly args: readonly string[];
  input(): Buffer;
  out(text: string | Uint8Array): void;
  err(text: string): void;
}

/**
 * The exit code; `undefined` where the library is to do it, as something was asked that is not known here; or what the
 * library is to be called with instead.
 */
export type OwnCommand = (call: CommandCall) => number | undefined | { readonly args: readonly string[] };

/** git(1): what cannot go on, and what was called wrongly. */
export const FATAL = 128;
/** What git exits with after it has printed how a command is called. */
export const USAGE = 129;

/** Its message goes to stderr as it is, its code is the exit status. */
export class Refusal extends Error {
  readonly code: number;
  constructor(message: string, code: number = FATAL) {
    super(message);
    this.code = code;
  }
}

/** Options, each with whether a value follows it, and what stands beside them. */
export interface ParsedOptions {
  /** The values of each, in order; an empty text for one without. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  /** What stands behind `--`; absent where there is none. */
  readonly paths: readonly string[] | undefined;
}

/**
 * Takes a command line apart. `known` names the options that the command has: `x=` takes a value. `undefined` where
 * another was given.
 */
export function parseOptions(args: readonly string[], known: readonly string[]): ParsedOptions | undefined {
  const options = new Map<string, string[]>();
  const words: string[] = [];
  const put = (name: string, value: string): void => {
    options.set(name, [...(options.get(name) ?? []), value]);
  };
  const takes = (name: string): boolean => known.includes(`${name}=`);
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') return { options, words, paths: args.slice(at + 1) };
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const name = equals < 0 ? arg : arg.slice(0, equals);
    if (equals >= 0 && (takes(name) || known.includes(`${name}?`))) put(name, arg.slice(equals + 1));
    else if (known.includes(arg) || known.includes(`${arg}?`)) put(arg, '');
    else if (takes(arg) && at + 1 < args.length) put(arg, args[++at] ?? '');
    else if (/^-[A-Za-z][^-]/.test(arg) && takes(arg.slice(0, 2))) put(arg.slice(0, 2), arg.slice(2));
    else if (/^-[A-Za-z]{2,}$/.test(arg) && [...arg.slice(1)].every((letter) => known.includes(`-${letter}`)))
      for (const letter of arg.slice(1)) put(`-${letter}`, '');
    else return undefined;
  }
  return { options, words, paths: undefined };
}

/** Paths as git means them: from the top, without `..`; `undefined` for patterns, which the library knows. */
export function plainPaths(repository: Repository, words: readonly string[]): readonly string[] | undefined {
  const found: string[] = [];
  for (const word of words) {
    if (word === '' || word.startsWith(':') || /[*?[\\]/.test(word)) return undefined;
    const path = word.startsWith('/')
      ? posix.relative(repository.workTree, posix.normalize(word))
      : posix.normalize(repository.prefix + word);
    if (path === '..' || path.startsWith('../'))
      throw new Refusal(`fatal: ${word}: '${word}' is outside repository at '${repository.workTree}'`);
    found.push(path === '.' ? '' : path.replace(/\/$/, ''));
  }
  return found;
}

/** Whether a path lies at or below one of these; without any, all do. */
export function isWithin(path: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((each) => each === '' || path === each || path.startsWith(`${each}/`));
}

/** As `isWithin`, and a folder on the way to one. */
export function leadsTo(path: string, isFolder: boolean, wanted: readonly string[]): boolean {
  return isWithin(path, wanted) || (isFolder && wanted.some((each) => each.startsWith(`${path}/`)));
}

/** Follows a link, unlike git itself: for files that are known to be regular. Throws where there is none. */
export const readWorkFile = (repository: Repository, path: string): Buffer =>
  readFileSync(join(repository.workTree, path));
