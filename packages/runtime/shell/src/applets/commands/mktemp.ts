import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { joinPath, statPath } from '../../io/files.ts';
import { Errno, OpenFlags, strerror } from '@slipway/posix';
import type { ProcessSystem } from '@slipway/kernel';

const OPTIONS = {
  directory: '-d --directory',
  inTemporary: '-t',
  dryRun: '-u --dry-run',
  tmpdir: '-p= --tmpdir=',
  suffix: '--suffix=',
} as const;

/** mktemp(1): a name with the last run of X replaced, made at once unless `-u`. A hundred tries. */
export const mktemp: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-q --quiet' });
  const { fs } = context.sys;
  const template = options.operands[0] ?? 'tmp.XXXXXXXXXX';
  const inTmp = options.operands[0] === undefined || options.has('tmpdir', 'inTemporary');
  const directory = options.value('tmpdir') ?? context.env['TMPDIR'] ?? '/tmp';
  // The last run of at least three.
  const marks = /X{3,}(?=[^X]*$)/.exec(template)?.[0];
  if (marks === undefined) return context.fail(`too few X's in template ‘${template}’`);
  const suffix = options.value('suffix') ?? '';
  const kind = options.has('dryRun') ? 'nothing' : options.has('directory') ? 'directory' : 'file';
  const fail = (errno: number): number =>
    context.fail(
      `failed to create ${options.has('directory') ? 'directory' : 'file'} via template ` +
        `‘${inTmp ? joinPath(directory, template) : template}${suffix}’: ${strerror(errno)}`,
    );
  for (let attempt = 0; attempt < 100; attempt++) {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const random = Array.from(marks, () => letters[Math.floor(Math.random() * letters.length)]).join('');
    const name = template.replace(/X{3,}(?=[^X]*$)/, random) + suffix;
    const path = inTmp ? joinPath(directory, name) : name;
    const errno = make(fs, context.sys.absolute(path), kind);
    if (errno === Errno.EEXIST) continue;
    if (errno < 0) return fail(errno);
    context.out.line(path);
    return 0;
  }
  return fail(Errno.EEXIST);
};

/** In one step with the question whether the name is free: two processes never have the same. 0 or a negative errno. */
function make(fs: ProcessSystem['fs'], path: string, kind: 'nothing' | 'directory' | 'file'): number {
  switch (kind) {
    case 'nothing': {
      const stat = statPath(fs, path, false);
      return typeof stat !== 'number' ? Errno.EEXIST : stat === Errno.ENOENT ? 0 : stat;
    }
    case 'directory':
      return fs.mkdir(path, 0o700);
    case 'file': {
      const ino = fs.open(path, OpenFlags.rdwr | OpenFlags.creat | OpenFlags.excl, 0o600);
      if (ino < 0) return ino;
      fs.release(ino);
      return 0;
    }
  }
}
