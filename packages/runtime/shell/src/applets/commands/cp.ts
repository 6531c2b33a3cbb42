import type { Applet } from '../applet.ts';
import { copyTree } from '../copy-tree.ts';
import { parseOptions } from '../options.ts';
import { pairTargets } from '../target-directory.ts';

const OPTIONS = {
  recursive: '-r --recursive -R',
  archive: '-a --archive',
  preserve: '-p --preserve[=]',
  force: '-f --force',
  linksAsTheyAre: '-d',
  noDereference: '-P --no-dereference',
  dereference: '-L --dereference',
  followOperands: '-H',
  noClobber: '-n --no-clobber',
  update: '-u --update',
  verbose: '-v --verbose',
  targetDirectory: '-t= --target-directory=',
  noTargetDirectory: '-T --no-target-directory',
} as const;

/**
 * XCU cp. `-a` is `-dpr`; of the options about links
 * the last one holds, and `-r` alone keeps them.
 */
export const cp: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-i -x' });
  const pairs = pairTargets(
    context,
    options.operands,
    options.value('targetDirectory'),
    options.has('noTargetDirectory'),
  );
  if (pairs === undefined) return 1;
  const recursive = options.has('recursive', 'archive');
  const keepLinks =
    options.last('dereference', 'noDereference') === 'noDereference' ||
    options.has('linksAsTheyAre') ||
    (recursive && options.last('dereference', 'noDereference') !== 'dereference');
  let status = 0;
  for (const { from, to } of pairs) {
    const copied = copyTree(
      context,
      from,
      to,
      {
        recursive,
        keepLinks,
        preserve: options.has('preserve', 'archive'),
        force: options.has('force'),
        noClobber: options.has('noClobber'),
        update: options.has('update'),
        verbose: options.has('verbose'),
      },
      // Operands: followed unless links are kept, or `-H` says so.
      !keepLinks || options.has('followOperands'),
    );
    if (!copied) status = 1;
  }
  return status;
};
