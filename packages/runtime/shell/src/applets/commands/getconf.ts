import { strerror } from '@slipway/posix';
import { statPath } from '../../io/files.ts';
import { DEFAULT_PATH } from '../../process/program-search.ts';
import type { Applet } from '../applet.ts';

/** What sysconf(3) and confstr(3) say on the Linux that a container shows. */
const SYSTEM: Readonly<Record<string, string>> = {
  ARG_MAX: '2097152',
  CHAR_BIT: '8',
  CLK_TCK: '100',
  HOST_NAME_MAX: '64',
  INT_MAX: '2147483647',
  INT_MIN: '-2147483648',
  IOV_MAX: '1024',
  LINE_MAX: '2048',
  LOGIN_NAME_MAX: '256',
  LONG_BIT: '64',
  PAGESIZE: '4096',
  PAGE_SIZE: '4096',
  PATH: DEFAULT_PATH,
  POSIX2_VERSION: '200809',
  SHRT_MAX: '32767',
  UCHAR_MAX: '255',
  UINT_MAX: '4294967295',
  USHRT_MAX: '65535',
  WORD_BIT: '32',
  _POSIX_JOB_CONTROL: '1',
  _POSIX_VERSION: '200809',
};

/** What pathconf(3) says, of every file alike. */
const OF_PATHS: Readonly<Record<string, string>> = { NAME_MAX: '255', PATH_MAX: '4096', PIPE_BUF: '4096' };

const USAGE = ['Usage: getconf [-v specification] variable_name [pathname]\n', '       getconf -a [pathname]\n'].join(
  '',
);
// glibc's own: wrong usage and unknown names alike.
const WRONG = 2;

/** XCU getconf: one value of the system or of a path, or all of them (`-a`). */
export const getconf: Applet = (context, args) => {
  const wrong = (): number => {
    context.err.write(USAGE);
    return WRONG;
  };
  // Specifications choose between programming models; there is one.
  const operands = args[0] === '-v' ? args.slice(2) : args.filter((arg, at) => at > 0 || arg !== '--');
  const [name, path, ...more] = operands;
  if (name === '-a') {
    const all = { ...SYSTEM, ...processors(), ...OF_PATHS };
    for (const [each, value] of Object.entries(all).sort()) context.out.line(`${each.padEnd(34)} ${value}`);
    return 0;
  }
  if (name === undefined || more.length > 0) return wrong();
  const ofPath = OF_PATHS[name];
  if (ofPath !== undefined) {
    if (path === undefined) return wrong();
    const stat = statPath(context.sys.fs, context.sys.absolute(path));
    if (typeof stat === 'number') return context.fail(`pathconf: ${path}: ${strerror(stat)}`, 3);
    context.out.line(ofPath);
    return 0;
  }
  const value = SYSTEM[name] ?? processors()[name];
  if (value === undefined) return context.fail(`Unrecognized variable \`${name}'`, WRONG);
  if (path !== undefined) return wrong();
  context.out.line(value);
  return 0;
};

function processors(): Readonly<Record<string, string>> {
  // As nproc asks it.
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
  return { _NPROCESSORS_CONF: String(cores), _NPROCESSORS_ONLN: String(cores) };
}
