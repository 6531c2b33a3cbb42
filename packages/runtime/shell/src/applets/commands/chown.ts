import { strerror } from '@slipway/posix';
import { isDirectory, joinPath, statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  recursive: '-R --recursive',
  noDereference: '-h --no-dereference',
} as const;

/** There is one user: owners can be written down, nothing follows from them. */
export const chown: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-v --verbose -c -f' });
  const [owner, ...operands] = options.operands;
  if (owner === undefined) throw new UsageError('missing operand');
  if (operands.length === 0) throw new UsageError(`missing operand after ‘${owner}’`);
  // `user.group` is the older form, from before the colon; coreutils still takes it.
  const [user = '', group] = owner.split(/[:.]/);
  const id = (text: string | undefined): number | undefined =>
    text === undefined || text === '' ? undefined : text === 'root' ? 0 : /^\d+$/.test(text) ? Number(text) : NaN;
  const uid = context.name === 'chgrp' ? undefined : id(user);
  const gid = context.name === 'chgrp' ? id(user) : id(group);
  if (Number.isNaN(uid) || Number.isNaN(gid))
    return context.fail(`invalid ${context.name === 'chgrp' ? 'group' : 'user'}: ‘${owner}’`);
  const { fs } = context.sys;
  let status = 0;
  const visit = (name: string): void => {
    const stat = statPath(fs, context.sys.absolute(name), !options.has('noDereference'));
    if (typeof stat === 'number') {
      status = context.fail(`cannot access '${name}': ${strerror(stat)}`);
      return;
    }
    fs.chown(stat.ino, uid ?? stat.uid, gid ?? stat.gid);
    if (!options.has('recursive') || !isDirectory(stat)) return;
    const entries = fs.readdir(stat.ino);
    if (typeof entries !== 'number') for (const entry of entries) visit(joinPath(name, entry.name));
  };
  for (const operand of operands) visit(operand);
  return status;
};
