import type { BranchStatus, Status, StatusEntry } from './read-status.ts';
import { quotePath } from './quote-path.ts';
import { type Colours, fromHere, NO_COLOURS, type StatusShape } from './show-status.ts';

/** wt_status_diff_status_string of wt-status.c. */
const LABELS: Readonly<Record<string, string>> = {
  A: 'new file:',
  M: 'modified:',
  D: 'deleted:',
  R: 'renamed:',
  T: 'typechange:',
};
/** wt-status.c pads to its longest label and a space. */
const LABEL_WIDTH = 12;
/** By the letters of HEAD's side and the other one's, git-status(1) "Short Format". */
const CONFLICTS: Readonly<Record<string, string>> = {
  DD: 'both deleted:',
  AU: 'added by us:',
  UD: 'deleted by them:',
  UA: 'added by them:',
  DU: 'deleted by us:',
  AA: 'both added:',
  UU: 'both modified:',
};
/** As for {@link LABEL_WIDTH}: "deleted by them:" and a space. */
const CONFLICT_WIDTH = 17;

/** What `git status` says to people; wt-status.c. */
export function showLong(
  status: Status,
  shape: StatusShape & { readonly merging: boolean; readonly looked: boolean },
  colours: Colours = NO_COLOURS,
): string {
  const { branch, entries } = status;
  const path = (text: string): string => quotePath(fromHere(text, shape.prefix), shape.quoteHigh);
  const conflicts = entries.filter(({ stages }) => stages !== undefined);
  const staged = entries.filter((entry) => entry.stages === undefined && entry.staged !== '.');
  const work = entries.filter((entry) => entry.stages === undefined && entry.work !== '.');
  const initial = branch.oid === undefined;
  const parts: string[] = [`On branch ${branch.name ?? ''}\n${distance(branch)}`];
  if (shape.merging)
    parts.push(
      conflicts.length > 0
        ? 'You have unmerged paths.\n  (fix conflicts and run "git commit")\n' +
            '  (use "git merge --abort" to abort the merge)\n\n'
        : 'All conflicts fixed but you are still merging.\n  (use "git commit" to conclude merge)\n\n',
    );
  if (initial) parts.push('\nNo commits yet\n\n');
  // A section without lines is not there at all, its title included.
  const section = (title: string, hints: readonly string[], lines: readonly string[]): void => {
    if (lines.length === 0) return;
    parts.push(`${title}:\n`, ...hints.map((hint) => `  (${hint})\n`), ...lines.map((line) => `\t${line}\n`), '\n');
  };
  const unstage = initial
    ? 'use "git rm --cached <file>..." to unstage'
    : 'use "git restore --staged <file>..." to unstage';
  section(
    'Changes to be committed',
    shape.merging ? [] : [unstage],
    staged.map((entry) => colours.staged(label(LABELS, entry.staged, LABEL_WIDTH) + named(entry, path))),
  );
  section(
    'Unmerged paths',
    [...(shape.merging ? [] : [unstage]), conflictHint(conflicts)],
    conflicts.map((entry) =>
      colours.work(label(CONFLICTS, entry.staged + entry.work, CONFLICT_WIDTH) + path(entry.path)),
    ),
  );
  const add = work.some((entry) => entry.work === 'D') ? 'git add/rm' : 'git add';
  section(
    'Changes not staged for commit',
    [
      `use "${add} <file>..." to update what will be committed`,
      'use "git restore <file>..." to discard changes in working directory',
    ],
    work.map((entry) => colours.work(label(LABELS, entry.work, LABEL_WIDTH) + path(entry.path))),
  );
  const newFile = 'use "git add <file>..." to include in what will be committed';
  section(
    'Untracked files',
    [newFile],
    status.untracked.map((each) => colours.work(path(each))),
  );
  const force = 'use "git add -f <file>..." to include in what will be committed';
  section(
    'Ignored files',
    [force],
    status.ignored.map((each) => colours.work(path(each))),
  );
  if (!shape.looked && staged.length > 0)
    parts.push('Untracked files not listed (use -u option to show untracked files)\n');
  if (staged.length === 0)
    parts.push(summary(status, { initial, looked: shape.looked, any: work.length + conflicts.length > 0 }));
  return parts.join('');
}

const label = (labels: Readonly<Record<string, string>>, letter: string, width: number): string =>
  (labels[letter] ?? letter).padEnd(width);

const named = ({ from, path: to }: StatusEntry, path: (text: string) => string): string =>
  from === undefined ? path(to) : `${path(from)} -> ${path(to)}`;

/** wt_longstatus_print_unmerged_header: which command resolves depends on who deleted. */
function conflictHint(conflicts: readonly StatusEntry[]): string {
  const letters = conflicts.map(({ staged, work }) => staged + work);
  const bothDeleted = letters.includes('DD');
  const oneDeleted = letters.some((each) => each === 'UD' || each === 'DU');
  const others = letters.some((each) => !each.includes('D'));
  if (!bothDeleted && !oneDeleted) return 'use "git add <file>..." to mark resolution';
  if (bothDeleted && !oneDeleted && !others) return 'use "git rm <file>..." to mark resolution';
  return 'use "git add/rm <file>..." as appropriate to mark resolution';
}

/** The last line, wt_longstatus_print; only where nothing is staged. */
function summary(
  status: Status,
  { initial, looked, any }: { initial: boolean; looked: boolean; any: boolean },
): string {
  if (any) return 'no changes added to commit (use "git add" and/or "git commit -a")\n';
  if (status.untracked.length > 0)
    return 'nothing added to commit but untracked files present (use "git add" to track)\n';
  if (initial) return 'nothing to commit (create/copy files and use "git add" to track)\n';
  return looked ? 'nothing to commit, working tree clean\n' : 'nothing to commit (use -u to show untracked files)\n';
}

/** remote.c, format_tracking_info. */
function distance({ upstream, ahead, behind, oid }: BranchStatus): string {
  if (upstream === undefined) return '';
  const commits = (count: number): string => (count === 1 ? '1 commit' : `${count} commits`);
  if (ahead === undefined || behind === undefined)
    return oid === undefined
      ? ''
      : `Your branch is based on '${upstream}', but the upstream is gone.\n` +
          `  (use "git branch --unset-upstream" to fixup)\n\n`;
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${upstream}'.\n\n`;
  if (behind === 0)
    return (
      `Your branch is ahead of '${upstream}' by ${commits(ahead)}.\n` +
      `  (use "git push" to publish your local commits)\n\n`
    );
  if (ahead === 0)
    return (
      `Your branch is behind '${upstream}' by ${commits(behind)}, and can be fast-forwarded.\n` +
      `  (use "git pull" to update your local branch)\n\n`
    );
  return (
    `Your branch and '${upstream}' have diverged,\n` +
    `and have ${ahead} and ${behind} different commits each, respectively.\n` +
    '  (use "git pull" to merge the remote branch into yours)\n\n'
  );
}
