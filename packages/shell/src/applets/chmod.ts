import { errorText } from '../io/errno.ts';
import { isDirectory, isLink, joinPath, statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { parseMode } from './mode.ts';
import { parseOptions, UsageError } from './options.ts';

export const chmod: Applet = (context, args) => {
  // `-x` and `-rw` are modes, not options.
  const at = args.findIndex((arg) => /^-[rwxXst]+$/.test(arg));
  const given = at === -1 ? args : args.filter((_, index) => index !== at);
  const options = parseOptions(given, { short: 'Rvcf', long: { recursive: 'R', verbose: 'v', changes: 'c', quiet: 'f', silent: 'f', 'reference=': 'r' }, stopAtOperand: false });
  const reference = options.value('r');
  const operands = [...options.operands];
  const { fs } = context.sys;
  let mode: string | undefined = at === -1 ? undefined : args[at];
  if (reference !== undefined) {
    const stat = statPath(fs, context.sys.absolute(reference));
    if (typeof stat === 'number') return context.fail(`failed to get attributes of '${reference}': ${errorText(stat)}`);
    mode = (stat.mode & 0o7777).toString(8);
  } else mode ??= operands.shift();
  if (mode === undefined) return context.fail('missing operand');
  if (operands.length === 0) return context.fail(`missing operand after ‘${mode}’`);
  if (parseMode(mode, 0, false) === undefined) throw new UsageError(`invalid mode: ‘${mode}’`);
  let status = 0;
  for (const operand of operands) if (!change(context, operand, mode, options.has('R'), options.has('f'), true)) status = 1;
  return status;
};

function change(context: AppletContext, name: string, mode: string, recursive: boolean, quiet: boolean, follow: boolean): boolean {
  const { fs } = context.sys;
  const stat = statPath(fs, context.sys.absolute(name), follow);
  if (typeof stat === 'number') {
    if (!quiet) context.fail(`cannot access '${name}': ${errorText(stat)}`);
    return false;
  }
  if (isLink(stat)) return true;
  const wanted = parseMode(mode, stat.mode, isDirectory(stat), context.sys.umask()) ?? 0;
  const errno = fs.chmod(stat.ino, wanted);
  if (errno < 0) {
    if (!quiet) context.fail(`changing permissions of '${name}': ${errorText(errno)}`);
    return false;
  }
  if (!recursive || !isDirectory(stat)) return true;
  const entries = fs.readdir(stat.ino);
  let done = true;
  if (typeof entries !== 'number') for (const entry of entries) if (!change(context, joinPath(name, entry.name), mode, recursive, quiet, false)) done = false;
  return done;
}

/** There is one user: owners can be written down, nothing follows from them. */
export const chown: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'Rhvcf', long: { recursive: 'R', 'no-dereference': 'h', verbose: 'v' } });
  const [owner, ...operands] = options.operands;
  if (owner === undefined || operands.length === 0) return context.fail('missing operand');
  const [user = '', group] = owner.split(/[:.]/);
  const id = (text: string | undefined): number | undefined => (text === undefined || text === '' ? undefined : text === 'root' ? 0 : /^\d+$/.test(text) ? Number(text) : NaN);
  const uid = context.name === 'chgrp' ? undefined : id(user);
  const gid = context.name === 'chgrp' ? id(user) : id(group);
  if (Number.isNaN(uid) || Number.isNaN(gid)) return context.fail(`invalid user: ‘${owner}’`);
  const { fs } = context.sys;
  let status = 0;
  const visit = (name: string): void => {
    const stat = statPath(fs, context.sys.absolute(name), !options.has('h'));
    if (typeof stat === 'number') {
      status = context.fail(`cannot access '${name}': ${errorText(stat)}`);
      return;
    }
    fs.chown(stat.ino, uid ?? stat.uid, gid ?? stat.gid);
    if (!options.has('R') || !isDirectory(stat)) return;
    const entries = fs.readdir(stat.ino);
    if (typeof entries !== 'number') for (const entry of entries) visit(joinPath(name, entry.name));
  };
  for (const operand of operands) visit(operand);
  return status;
};
