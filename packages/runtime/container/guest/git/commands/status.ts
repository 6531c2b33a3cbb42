import { readStatus, stateOf, countStashes } from '../read-status.ts';
import { showLong } from '../show-long-status.ts';
import { NO_COLOURS, showPorcelainV2, showShort, TERMINAL_COLOURS } from '../show-status.ts';
import { leadsTo, type OwnCommand, parseOptions, plainPaths } from './command.ts';

const OPTIONS = [
  '-s --short -b --branch --long -z --show-stash --ahead-behind --no-ahead-behind --no-renames --renames',
  '--porcelain? --ignored? -u -uall -uno -unormal --untracked-files?',
].flatMap((line) => line.split(' '));

/** git-status(1). What is told of a rebase and the like is the library's. */
export const status: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, OPTIONS);
  if (parsed === undefined) return undefined;
  const { options } = parsed;
  const has = (...names: readonly string[]): boolean => names.some((name) => options.has(name));
  const paths = plainPaths(repository, [...parsed.words, ...(parsed.paths ?? [])]);
  if (paths === undefined) return undefined;
  const mode = untrackedMode(options, repository.config('status.showuntrackedfiles'));
  if (mode === undefined) return undefined;
  const porcelain = options.get('--porcelain')?.at(-1);
  const short =
    has('-s', '--short') ||
    porcelain !== undefined ||
    has('-z') ||
    (!has('--long') && repository.flag('status.short', false));
  const state = stateOf(repository);
  if (!short && (state === 'other' || repository.headRef() === undefined)) return undefined;
  const found = readStatus(repository, {
    mode,
    ignored: has('--ignored') && options.get('--ignored')?.at(-1) !== 'no',
    renames: !has('--no-renames') && repository.flag('status.renames', repository.flag('diff.renames', true)),
    aheadBehind: !has('--no-ahead-behind'),
    ...(paths.length === 0 ? {} : { wanted: (path: string, isFolder: boolean) => leadsTo(path, isFolder, paths) }),
  });
  // Porcelain formats are for programs: no colours, no paths from here, nothing that a configuration adds.
  const isForPeople = porcelain === undefined;
  const nul = has('-z');
  const shape = {
    branch: has('-b', '--branch') || (isForPeople && repository.flag('status.branch', false)),
    nul,
    quoteHigh: repository.flag('core.quotepath', true),
    prefix: isForPeople && !nul && repository.flag('status.relativepaths', true) ? repository.prefix : '',
    stashes: has('--show-stash') ? countStashes(repository) : undefined,
  };
  const wantsColour = repository.config('color.status') ?? repository.config('color.ui') ?? 'auto';
  const shows = wantsColour === 'always' || (/^(?:auto|true)$/.test(wantsColour) && process.stdout.isTTY);
  const colours = isForPeople && !nul && shows ? TERMINAL_COLOURS : NO_COLOURS;
  if (porcelain === 'v2' || porcelain === '2') out(showPorcelainV2(found, shape));
  else if (short) out(showShort(found, shape, colours));
  else {
    out(showLong(found, { ...shape, merging: state === 'merge', looked: mode !== 'no' }, colours));
    const stashes = shape.stashes ?? 0;
    if (stashes > 0) out(`Your stash currently has ${stashes === 1 ? '1 entry' : `${stashes} entries`}\n`);
  }
  return 0;
};

/**
 * git-status(1): `-u` without a mode is `all`. Undefined for a mode that git does not know, which the library
 * refuses.
 */
function untrackedMode(
  options: ReadonlyMap<string, readonly string[]>,
  configured: string | undefined,
): 'no' | 'normal' | 'all' | undefined {
  const named = options.get('--untracked-files')?.at(-1);
  if (options.has('-uno') || named === 'no') return 'no';
  if (options.has('-u') || options.has('-uall') || named === 'all' || named === '') return 'all';
  if (options.has('-unormal') || named === 'normal') return 'normal';
  if (named !== undefined) return undefined;
  return configured === 'no' || configured === 'all' ? configured : 'normal';
}
