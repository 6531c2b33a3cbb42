import { strerror } from '@slipway/posix';
import { assignVariable } from '../expand/parameters.ts';
import { isDirectory, normalize, statPath } from '../io/files.ts';
import { Output } from '../io/output.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import type { Builtin } from './builtin.ts';

/**
 * The working directory with the links the user came through: PWD
 * while it names the same directory as the process has, as XCU pwd -L
 * asks. Compared by inode, since a script may have assigned to PWD.
 */
export function logicalDirectory(sh: Interpreter): string {
  const { fs } = sh.sys;
  const named = sh.state.variables.get('PWD');
  const actual = sh.sys.cwd();
  if (
    named?.startsWith('/') === true &&
    fs.lookup(named, true) === fs.lookup(actual, true) &&
    fs.lookup(actual, true) >= 0
  )
    return named;
  return actual;
}

/**
 * XCU cd: HOME, `-` and CDPATH
 * first, then `..` in the text or, with -P, in the file system.
 */
export const cd: Builtin['run'] = (sh, args) => {
  let physical = false;
  let i = 0;
  for (; i < args.length && /^-[LP]+$/.test(args[i] ?? ''); i++) physical = (args[i] ?? '').endsWith('P');
  if (args[i] === '--') i++;
  const before = logicalDirectory(sh);
  let target = args[i] ?? sh.state.variables.get('HOME');
  let show = false;
  if (target === undefined) {
    sh.warn('cd: HOME not set');
    return 2;
  }
  if (target === '-') {
    // `cd -` prints where it went, and so does a directory that CDPATH found (XCU cd, STDOUT).
    target = sh.state.variables.get('OLDPWD') ?? before;
    show = true;
  }
  // `cd ""` stays where it is.
  const searched = searchCdPath(sh, target);
  if (searched !== undefined) {
    target = searched;
    show = true;
  }
  const joined = target.startsWith('/') ? target : `${before}/${target}`;
  const path = physical ? joined : normalize(joined);
  const errno = sh.sys.chdir(path);
  if (errno < 0) {
    // dash's words, or those that jsh uses.
    sh.warn(sh.name === 'jsh' ? `cd: ${target}: ${strerror(errno)}` : `cd: can't cd to ${target}`);
    return 2;
  }
  // `..` after a link leads to different places with and
  // without -P; only the file system knows the second.
  const now = physical ? sh.sys.cwd() : path;
  assignVariable(sh, 'OLDPWD', before);
  assignVariable(sh, 'PWD', now);
  sh.state.variables.mark('OLDPWD', { exported: true });
  sh.state.variables.mark('PWD', { exported: true });
  if (show) print(sh, now);
  return 0;
};

/** XCU cd, CDPATH: the path to go to, which is then printed; undefined where the operand itself is meant. */
function searchCdPath(sh: Interpreter, target: string): string | undefined {
  const list = sh.state.variables.get('CDPATH');
  // A path that begins with `/`, `.` or `..` is never searched for.
  if (list === undefined || list === '' || /^\.{0,2}(\/|$)/.test(target)) return undefined;
  for (const directory of list.split(':')) {
    // An empty entry is the working directory, where the
    // caller looks in any case, and nothing is printed then.
    if (directory === '') return undefined;
    const candidate = `${directory}/${target}`;
    const stat = statPath(sh.sys.fs, sh.sys.absolute(candidate));
    if (typeof stat !== 'number' && isDirectory(stat)) return candidate;
  }
  return undefined;
}

/** XCU pwd: -L, which is the default, gives the name the user knows, -P the one without links. */
export const pwd: Builtin['run'] = (sh, args) => {
  print(sh, args.includes('-P') ? sh.sys.cwd() : logicalDirectory(sh));
  return 0;
};

function print(sh: Interpreter, text: string): void {
  const out = new Output(sh.sys.descriptors, 1);
  out.line(text);
  out.flush();
}
