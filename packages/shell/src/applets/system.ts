import { terminalSize } from './terminal-size.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { createNameLookup } from './users.ts';
import { statPath } from '../io/files.ts';
import { decodeLossy } from '../io/text.ts';
import { formatDate } from './date.ts';

/** What a container says it is: linux on x64, like process.platform and process.arch. */
const SYSTEM = { s: 'Linux', r: '6.1.0-slipway', v: '#1 SMP Slipway', m: 'x86_64', o: 'GNU/Linux' } as const;

const hostName = (context: Parameters<Applet>[0]): string => {
  const bytes = context.sys.fs.readFile('/etc/hostname');
  return typeof bytes === 'number' ? (context.env['HOSTNAME'] ?? 'localhost') : decodeLossy(bytes).trim();
};

export const uname: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'asnrvmpio', long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', 'operating-system': 'o' } });
  const shown = options.has('a') ? [...'snrvmo'] : [...'snrvmpio'].filter((letter) => options.has(letter));
  const parts = (shown.length === 0 ? ['s'] : shown).map((letter) => (letter === 'n' ? hostName(context) : ((SYSTEM as Readonly<Record<string, string>>)[letter] ?? 'unknown')));
  context.out.line(parts.join(' '));
  return 0;
};

export const arch: Applet = ({ out }) => (out.line(SYSTEM.m), 0);
export const hostname: Applet = (context) => (context.out.line(hostName(context)), 0);

/** The container has one user: the one the environment names, root where it names none. */
function currentUser(context: Parameters<Applet>[0]): number {
  const name = context.env['USER'] ?? 'root';
  const bytes = context.sys.fs.readFile('/etc/passwd');
  const line = typeof bytes === 'number' ? undefined : decodeLossy(bytes).split('\n').find((entry) => entry.startsWith(`${name}:`));
  return Number(line?.split(':')[2] ?? 0);
}

export const whoami: Applet = (context) => (context.out.line(createNameLookup(context.sys.fs).user(currentUser(context))), 0);

export const id: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'ugGnr', long: { user: 'u', group: 'g', groups: 'G', name: 'n' } });
  const names = createNameLookup(context.sys.fs);
  const user = options.has('u');
  const uid = currentUser(context);
  if (user || options.has('g') || options.has('G')) context.out.line(options.has('n') ? (user ? names.user(uid) : names.group(uid)) : String(uid));
  else context.out.line(`uid=${uid}(${names.user(uid)}) gid=${uid}(${names.group(uid)}) groups=${uid}(${names.group(uid)})`);
  return 0;
};

export const tty: Applet = (context, args) => {
  const isTty = context.sys.descriptors.get(0)?.kind === 'stream' && terminalSize(context.sys) !== undefined;
  if (!args.includes('-s')) context.out.line(isTty ? '/dev/tty' : 'not a tty');
  return isTty ? 0 : 1;
};

export const clear: Applet = ({ out }) => (out.write('\x1b[H\x1b[2J\x1b[3J'), 0);

/** Columns and rows for scripts; modes are the shell's and the programs' own. */
export const stty: Applet = (context, args) => {
  const size = terminalSize(context.sys);
  if (size === undefined) return context.fail("'standard input': Inappropriate ioctl for device");
  if (args[0] === 'size') context.out.line(`${size.rows} ${size.columns}`);
  else if (args.length === 0 || args[0] === '-a') context.out.line(`speed 38400 baud; rows ${size.rows}; columns ${size.columns};`);
  else {
    const end = context.sys.descriptors.get(0);
    const raw = args.includes('raw') || args.includes('-icanon') || args.includes('-echo');
    const cooked = args.includes('sane') || args.includes('cooked') || args.includes('-raw') || args.includes('icanon') || args.includes('echo');
    if (end?.kind === 'stream' && (raw || cooked)) return context.sys.kernel.setTtyRaw(end.end.id, raw && !cooked) < 0 ? 1 : 0;
    return context.fail(`invalid argument '${args[0]}'`);
  }
  return 0;
};

export const nproc: Applet = (context) => {
  // `navigator` is no part of this room's library; where there is none, one is true enough.
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency;
  context.out.line(String(cores ?? 1));
  return 0;
};

export const sync: Applet = () => 0;

export const ps: Applet = (context, args) => {
  const letters = args.filter((arg) => !arg.includes('=')).join('').replaceAll('-', '');
  const processes = [...context.sys.kernel.processes()].sort((a, b) => a.pid - b.pid);
  const now = Date.now();
  const started = (ms: number): string => formatDate(now - ms < 86_400_000 ? '%H:%M' : '%b%d', ms, context.env['TZ']);
  if (/u/.test(letters) && /a|x/.test(letters)) {
    context.out.line('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND');
    for (const process of processes) context.out.line(`root     ${String(process.pid).padStart(7)}  0.0  0.0      0     0 ?        ${process.state === 'zombie' ? 'Z' : 'S'}    ${started(process.startedAtMs).padEnd(5)}   0:00 ${process.argv.join(' ')}`);
  } else if (/f/.test(letters)) {
    context.out.line('UID          PID    PPID  C STIME TTY          TIME CMD');
    for (const process of processes) context.out.line(`root     ${String(process.pid).padStart(7)} ${String(process.ppid).padStart(7)}  0 ${started(process.startedAtMs).padEnd(5)} ?        00:00:00 ${process.argv.join(' ')}`);
  } else {
    context.out.line('    PID TTY          TIME CMD');
    for (const process of processes) context.out.line(`${String(process.pid).padStart(7)} ?        00:00:00 ${(process.argv[0] ?? '').split('/').at(-1)}`);
  }
  return 0;
};

export const mktemp: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'dqtup:', long: { directory: 'd', quiet: 'q', 'dry-run': 'u', 'tmpdir=': 'p', 'suffix=': 's' } });
  const { fs } = context.sys;
  const template = options.operands[0] ?? 'tmp.XXXXXXXXXX';
  const inTmp = options.operands[0] === undefined || options.has('p') || options.has('t');
  const directory = options.value('p') ?? context.env['TMPDIR'] ?? '/tmp';
  const marks = /X{3,}(?=[^X]*$)/.exec(template)?.[0];
  if (marks === undefined) return context.fail(`too few X's in template ‘${template}’`);
  if (inTmp) fs.mkdirAll(context.sys.absolute(directory), 0o1777);
  for (let attempt = 0; attempt < 100; attempt++) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const random = Array.from(marks, () => letters[Math.floor(Math.random() * letters.length)]).join('');
    const name = template.replace(/X{3,}(?=[^X]*$)/, random) + (options.value('s') ?? '');
    const path = inTmp ? `${directory.replace(/\/+$/, '')}/${name}` : name;
    const absolute = context.sys.absolute(path);
    if (typeof statPath(fs, absolute, false) !== 'number') continue;
    const errno = options.has('u') ? 0 : options.has('d') ? fs.mkdir(absolute, 0o700) : fs.writeFile(absolute, new Uint8Array(0), 0o600);
    if (errno < 0) return context.fail(`failed to create ${options.has('d') ? 'directory' : 'file'} via template ‘${template}’: No such file or directory`);
    context.out.line(path);
    return 0;
  }
  return context.fail(`failed to create a file via template ‘${template}’: File exists`);
};
