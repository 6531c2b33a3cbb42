import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { compileRegex } from '../regex.ts';
import { killAll, nameOf, others, takeSignal } from '../process-match.ts';

const OPTIONS = {
  full: '-f --full',
  listName: '-l --list-name',
  listFull: '-a --list-full',
  exact: '-x --exact',
  ignoreCase: '-i --ignore-case',
  inverse: '-v --inverse',
  newest: '-n --newest',
  oldest: '-o --oldest',
  count: '-c --count',
  parent: '-P= --parent=',
} as const;

/** pgrep and pkill: by a regular expression over the name, or with -f over the whole command line. */
export const pgrep: Applet = (context, args) => {
  const isKill = context.name === 'pkill';
  const { signal, rest } = isKill ? takeSignal(args) : { signal: 'TERM', rest: args };
  const options = parseOptions(rest, { options: OPTIONS, ignored: '--signal=', status: 2 });
  const [pattern] = options.operands;
  if (pattern === undefined && !options.has('parent')) return context.fail('no matching criteria specified', 2);
  const expression = compileRegex(
    options.has('exact') ? `^(${pattern ?? ''})$` : (pattern ?? ''),
    'extended',
    options.has('ignoreCase') ? 'i' : '',
  );
  let found = others(context).filter(
    (process) =>
      expression.test(options.has('full') ? process.argv.join(' ') : nameOf(process)) !== options.has('inverse'),
  );
  if (options.has('parent')) found = found.filter((process) => process.ppid === Number(options.value('parent')));
  if (options.has('newest')) found = found.slice(-1);
  if (options.has('oldest')) found = found.slice(0, 1);
  if (isKill) killAll(context, found, signal);
  else if (options.has('count')) context.out.line(String(found.length));
  else
    for (const process of found) {
      const shown = options.has('listFull') ? process.argv.join(' ') : nameOf(process);
      context.out.line(`${process.pid}${options.has('listFull', 'listName') ? ` ${shown}` : ''}`);
    }
  return found.length === 0 ? 1 : 0;
};
