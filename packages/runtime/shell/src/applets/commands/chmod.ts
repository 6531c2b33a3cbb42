import { strerror } from '@slipway/posix';
import { isDirectory, isLink, joinPath, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { parseMode } from '../mode.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  recursive: '-R --recursive',
  quiet: '-f --quiet --silent',
  reference: '--reference=',
} as const;

/** XCU chmod, with `--reference`. Links in a tree are passed over: they have no mode of their own. */
export const chmod: Applet = (context, args) => {
  // `-x` and `-rw` are modes, not options.
  const at = args.findIndex((arg) => /^-[rwxXst]+$/.test(arg));
  const given = at === -1 ? args : args.filter((_, index) => index !== at);
  const options = parseOptions(given, { options: OPTIONS, ignored: '-v --verbose -c --changes' });
  const reference = options.value('reference');
  const operands = [...options.operands];
  const { fs } = context.sys;
  let mode: string | undefined = at === -1 ? undefined : args[at];
  if (reference !== undefined) {
    const stat = statPath(fs, context.sys.absolute(reference));
    if (typeof stat === 'number') return context.fail(`failed to get attributes of '${reference}': ${strerror(stat)}`);
    mode = (stat.mode & 0o7777).toString(8);
  } else mode ??= operands.shift();
  if (mode === undefined) throw new UsageError('missing operand');
  if (operands.length === 0) throw new UsageError(`missing operand after ‘${mode}’`);
  // Tried before the first file, so that a wrong mode changes nothing.
  if (parseMode(mode, 0, false) === undefined) throw new UsageError(`invalid mode: ‘${mode}’`);
  let status = 0;
  for (const operand of operands)
    if (!change(context, operand, mode, options.has('recursive'), options.has('quiet'), true)) status = 1;
  return status;
};

/** False where something could not be changed. The rest of a tree is still tried, as in coreutils. */
function change(
  context: AppletContext,
  name: string,
  mode: string,
  recursive: boolean,
  quiet: boolean,
  follow: boolean,
): boolean {
  const { fs } = context.sys;
  const stat = statPath(fs, context.sys.absolute(name), follow);
  if (typeof stat === 'number') {
    if (!quiet) context.fail(`cannot access '${name}': ${strerror(stat)}`);
    return false;
  }
  // Only a link inside a tree comes here as one: operands are followed.
  if (isLink(stat)) return true;
  // The umask counts where a symbolic mode names no class.
  const wanted = parseMode(mode, stat.mode, isDirectory(stat), context.sys.umask()) ?? 0;
  const errno = fs.chmod(stat.ino, wanted);
  if (errno < 0) {
    if (!quiet) context.fail(`changing permissions of '${name}': ${strerror(errno)}`);
    return false;
  }
  if (!recursive || !isDirectory(stat)) return true;
  // After the folder itself: a mode that forbids to read it shows here.
  const entries = fs.readdir(stat.ino);
  let done = true;
  if (typeof entries !== 'number')
    for (const entry of entries)
      if (!change(context, joinPath(name, entry.name), mode, recursive, quiet, false)) done = false;
  return done;
}
