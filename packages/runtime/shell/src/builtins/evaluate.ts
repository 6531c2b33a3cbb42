import { Errno, OpenFlags } from '@slipway/posix';
import { isDirectory, statPath } from '../io/files.ts';
import { readAll } from '../io/input.ts';
import { Output } from '../io/output.ts';
import { decodeLossy } from '../io/text.ts';
import { forgetExitTrap, replaceShell } from '../jobs/replace-shell.ts';
import { FunctionReturn, ShellError, ShellExit } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { DEFAULT_PATH, findProgram } from '../process/program-search.ts';
import { mayRun, refuseCommand } from '../jobs/permission.ts';
import { reportMissing } from '../jobs/report.ts';
import type { Builtin } from './builtin.ts';
import { quote } from './quote.ts';

/** `eval`: its words with blanks between them, parsed once more in this very shell (XCU 2.14). */
export const evaluate: Builtin['run'] = (sh, args) =>
  sh.runText(args[0] === '--' ? args.slice(1).join(' ') : args.join(' '));

/** `.` and `source`. A file that is not there ends a script, as an error of a special builtin. */
export const source: Builtin['run'] = (sh, args) => {
  const [name, ...parameters] = args;
  if (name === undefined) throw new ShellError('.: filename argument required');
  const path = findSourced(sh, name);
  const bytes = path === undefined ? Errno.ENOENT : readSourced(sh, path);
  if (typeof bytes === 'number') throw new ShellError(`.: cannot open ${name}: No such file`);
  const { state } = sh;
  const before = state.parameters;
  const { line } = state;
  // bash and jsh give the file parameters of its own; dash does not.
  if (parameters.length > 0 && sh.dialect === 'extended') state.parameters = parameters;
  try {
    return sh.runText(decodeLossy(bytes), 1);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    state.line = line;
    if (parameters.length > 0 && sh.dialect === 'extended') state.parameters = before;
  }
};

/** Through a descriptor, so that devices and pipes can be sourced. */
function readSourced(sh: Interpreter, path: string): Uint8Array | number {
  const fd = sh.sys.descriptors.open(path, OpenFlags.rdonly, 0);
  if (fd < 0) return fd;
  const bytes = readAll(sh.sys.descriptors, fd);
  sh.sys.descriptors.close(fd);
  return bytes;
}

/**
 * XCU dot: a name without a slash is looked for in PATH,
 * and needs not be executable. bash looks here too.
 */
function findSourced(sh: Interpreter, name: string): string | undefined {
  if (name.includes('/')) return sh.sys.absolute(name);
  const directories = (sh.state.variables.get('PATH') ?? DEFAULT_PATH).split(':');
  if (sh.dialect === 'extended') directories.push('.');
  for (const directory of directories) {
    const path = sh.sys.absolute(`${directory === '' ? '.' : directory}/${name}`);
    const stat = statPath(sh.sys.fs, path);
    if (typeof stat !== 'number' && !isDirectory(stat)) return path;
  }
  return undefined;
}

/**
 * `exec`: without a command its redirections stay, with one the shell ends in
 * it (XCU 2.14). Never returns then, not even when there is no such command.
 */
export const exec: Builtin['run'] = (sh, args, { undo }) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  const name = words[0];
  if (name === undefined) {
    undo?.keep(sh.frame);
    return 0;
  }
  if (!mayRun(sh, name)) throw new ShellExit(refuseCommand(sh, name));
  const found = findProgram(
    sh.sys.fs,
    (path) => sh.sys.absolute(path),
    name,
    sh.state.variables.get('PATH') ?? DEFAULT_PATH,
  );
  const env = sh.state.variables.environment();
  // A subshell in this process cannot give the process away: it runs the program and
  // ends. At a terminal neither: the prompt's job control goes on until the end.
  if (found.outcome === 'found') {
    if (sh.frame === undefined && sh.jobControl === undefined)
      throw new ShellExit(replaceShell(sh, { path: found.path, argv: words, env }));
    const status = sh.runWords(words, { skipFunctions: true });
    forgetExitTrap(sh);
    throw new ShellExit(status);
  }
  throw new ShellExit(reportMissing(sh, name, found.errno));
};

type Kind =
  | { readonly is: 'alias' | 'function' | 'keyword' | 'special' | 'builtin'; readonly text: string }
  | { readonly is: 'file'; readonly text: string }
  | undefined;
// Reserved where a command begins; `[[` too, which the extended dialect reads.
const KEYWORDS: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'for',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
  '[[',
  ']]',
]);

/** `command` and `type` with the table of builtins, which lies above this file. */
export function createLookup(builtins: ReadonlyMap<string, Builtin>): {
  command: Builtin['run'];
  type: Builtin['run'];
} {
  // In the order in which a command would be found, keywords
  // and aliases before all, since the parser takes those.
  const classify = (sh: Interpreter, name: string, path: string): Kind => {
    if (KEYWORDS.has(name)) return { is: 'keyword', text: name };
    const alias = sh.state.aliases.get(name);
    if (alias !== undefined) return { is: 'alias', text: alias };
    if (sh.state.functions.has(name)) return { is: 'function', text: name };
    const builtin = builtins.get(name);
    if (builtin !== undefined) return { is: builtin.special ? 'special' : 'builtin', text: name };
    const found = findProgram(sh.sys.fs, (candidate) => sh.sys.absolute(candidate), name, path);
    return found.outcome === 'found' ? { is: 'file', text: name.includes('/') ? name : found.path } : undefined;
  };

  const describe = (name: string, kind: Kind): string => {
    switch (kind?.is) {
      case undefined:
        return `${name}: not found`;
      case 'keyword':
        return `${name} is a shell keyword`;
      case 'alias':
        return `${name} is an alias for ${kind.text}`;
      case 'function':
        return `${name} is a shell function`;
      case 'special':
        return `${name} is a special shell builtin`;
      case 'builtin':
        return `${name} is a shell builtin`;
      case 'file':
        return `${name} is ${kind.text}`;
    }
  };

  const searchPath = (sh: Interpreter, standard: boolean): string =>
    standard ? DEFAULT_PATH : (sh.state.variables.get('PATH') ?? DEFAULT_PATH);

  const listAll = (sh: Interpreter, names: readonly string[], verbose: boolean, path: string): number => {
    const out = new Output(sh.sys.descriptors, 1);
    let status = 0;
    for (const name of names) {
      const kind = classify(sh, name, path);
      // XCU command -v: greater than zero; dash takes the status of a command that is not there.
      if (kind === undefined) status = 127;
      // What can be given back to the shell: an alias as its definition, a file as its path.
      if (verbose) out.line(describe(name, kind));
      else if (kind !== undefined) out.line(kind.is === 'alias' ? `alias ${name}=${quote(kind.text)}` : kind.text);
    }
    out.flush();
    return status;
  };

  return {
    command(sh, args, { tail }) {
      let standard = false;
      let show: 'v' | 'V' | undefined;
      let i = 0;
      for (; i < args.length && /^-[pvV]+$/.test(args[i] ?? ''); i++) {
        for (const letter of (args[i] ?? '').slice(1)) {
          if (letter === 'p') standard = true;
          else show = letter as 'v' | 'V';
        }
      }
      if (args[i] === '--') i++;
      const words = args.slice(i);
      if (words.length === 0) return 0;
      if (show !== undefined) return listAll(sh, words, show === 'V', searchPath(sh, standard));
      // XCU command: a special builtin called so loses its
      // properties. Here it keeps that of ending a script.
      return sh.runWords(words, { skipFunctions: true, tail, ...(standard ? { path: DEFAULT_PATH } : {}) });
    },
    type: (sh, args) => listAll(sh, args, true, searchPath(sh, false)),
  };
}

/**
 * XCU alias: `name=value` defines, `name` alone prints, nothing prints all.
 * A definition counts from the next line on, since this one has been parsed.
 */
export const alias: Builtin['run'] = (sh, args) => {
  const out = new Output(sh.sys.descriptors, 1);
  let status = 0;
  const show = (name: string, value: string): void => out.line(`${name}=${quote(value)}`);
  if (args.length === 0) for (const [name, value] of [...sh.state.aliases].sort()) show(name, value);
  for (const arg of args) {
    // From the second character: a name is not empty, so `=x` is looked up and not found.
    const at = arg.indexOf('=', 1);
    const value = sh.state.aliases.get(arg);
    if (at !== -1) sh.state.aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (value !== undefined) show(arg, value);
    else {
      sh.warn(`alias: ${arg} not found`);
      status = 1;
    }
  }
  out.flush();
  return status;
};

/** XCU unalias; `-a` forgets all. */
export const unalias: Builtin['run'] = (sh, args) => {
  let status = 0;
  for (const arg of args) {
    if (arg === '-a') sh.state.aliases.clear();
    else if (!sh.state.aliases.delete(arg)) {
      sh.warn(`unalias: ${arg} not found`);
      status = 1;
    }
  }
  return status;
};
