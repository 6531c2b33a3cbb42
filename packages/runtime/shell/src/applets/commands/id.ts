import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { createNameLookup } from '../users.ts';
import { currentUser } from '../host-identity.ts';

const OPTIONS = {
  user: '-u --user',
  group: '-g --group',
  groups: '-G --groups',
  name: '-n --name',
} as const;

/** XCU id. The one user has one group, of the same number. */
export const id: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-r' });
  const names = createNameLookup(context.sys.fs);
  const user = options.has('user');
  const uid = currentUser(context);
  if (user || options.has('group', 'groups'))
    context.out.line(options.has('name') ? (user ? names.user(uid) : names.group(uid)) : String(uid));
  else
    context.out.line(
      `uid=${uid}(${names.user(uid)}) gid=${uid}(${names.group(uid)}) groups=${uid}(${names.group(uid)})`,
    );
  return 0;
};
