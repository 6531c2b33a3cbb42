import { Errno, strerror } from '@slipway/posix';
import { encode } from '../io/text.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';

/** POSIX utilities that are not in the image, with why, or what does their work. A script still finds them missing. */
const ABSENT: Readonly<Record<string, string>> = {
  at: 'nothing runs when the tab is closed',
  batch: 'nothing runs when the tab is closed',
  bc: 'use node -p',
  bison: 'there is no C compiler',
  c17: 'there is no C compiler',
  cc: 'there is no C compiler',
  cksum: 'use sha256sum',
  crontab: 'nothing runs when the tab is closed',
  csplit: 'use awk',
  dc: 'use node -p',
  dd: 'use head -c, tail -c and cat',
  ed: 'use sed -i or nano',
  ex: 'use sed -i or nano',
  expand: "use sed 's/\\t/        /g'",
  file: 'use head -c and od',
  fold: 'use awk',
  iconv: 'use node and TextDecoder',
  join: 'use awk',
  lex: 'there is no C compiler',
  link: 'use ln',
  locale: 'there is C.UTF-8 and no other locale',
  logger: 'there is no system log',
  lp: 'there is no printer',
  m4: 'use sed or node',
  man: 'use --help',
  mkfifo: 'the file system has no named pipes; use |',
  nice: 'processes have no priority',
  nohup: 'programs end with the tab',
  patch: 'edit with sed -i or nano',
  pax: 'use tar',
  pr: 'use nl or awk',
  renice: 'processes have no priority',
  split: 'use head -c and tail -c',
  strings: 'use od -c',
  sudo: 'everything belongs to the one user already',
  tput: 'print the escape sequence',
  tsort: 'use node',
  unexpand: 'use sed',
  unlink: 'use rm',
  uudecode: 'use base64 -d',
  uuencode: 'use base64',
  vi: 'use nano',
  vim: 'use nano',
  yacc: 'there is no C compiler',
};

/** Only jsh says it: a script under `sh` gets dash's own words. */
const absence = (name: string): string => {
  const reason = Object.hasOwn(ABSENT, name) ? ABSENT[name] : undefined;
  return reason === undefined ? '' : ` (not in this container: ${reason})`;
};

/**
 * Says why a command did not start, as dash or jsh words it: 127
 * when there is none, 126 when it cannot be run (XCU 2.8.2).
 */
export function reportMissing(sh: Interpreter, name: string, errno: number): number {
  if (errno === Errno.ENOENT || errno === Errno.ENOTDIR) {
    if (sh.name === 'jsh') sh.warn(`command not found: ${name}${absence(name)}`);
    else sh.warn(`${name}: not found`);
    return 127;
  }
  // No process is to be had: an error of the shell, not of the command.
  if (errno === Errno.EAGAIN) throw new ShellError('Cannot fork');
  const reason =
    errno === Errno.EACCES ? 'Permission denied' : errno === Errno.ENOEXEC ? 'Exec format error' : strerror(errno);
  sh.warn(`${name}: ${reason}`);
  return 126;
}

/**
 * `set -x`: the command as it will run, words not quoted, as dash has it. Before
 * it runs, and on the shell's own errors: `cmd 2>f` is traced to where 2 went.
 */
export function trace(sh: Interpreter, assignments: readonly string[], words: readonly string[]): void {
  if (!sh.state.options.has('xtrace')) return;
  const prefix = sh.state.variables.get('PS4') ?? '+ ';
  const text = `${prefix}${[...assignments, ...words].join(' ')}\n`;
  sh.sys.descriptors.write(2, encode(text), null);
}
