/** What a path is in the index or the folder, compared with what came before it. */
export type ChangeKind = 'added' | 'changed' | 'deleted' | 'renamed' | 'type' | 'new';

/** A path can be in two of them: staged, and changed again since. */
export interface ChangedFile {
  readonly path: string;
  readonly kind: ChangeKind;
  readonly from?: string;
}

/** The mode of a side that has no file. */
const NO_FILE = '000000';

/** A path that both sides of a merge changed. */
export interface ConflictedFile {
  readonly path: string;
  /** What the sides did, as git says it: "both modified". */
  readonly what: string;
  /** git's mode of each side's file, such as `100755`; `undefined` where that side deleted it. */
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** What `git status --porcelain=v2 -z --branch` says. */
export interface RepositoryStatus {
  /** `undefined` where there is no commit yet. */
  readonly head: string | undefined;
  /** `undefined` where HEAD is on no branch. */
  readonly branch: string | undefined;
  readonly upstream: string | undefined;
  readonly ahead: number;
  readonly behind: number;
  readonly staged: readonly ChangedFile[];
  /** Changed and not staged, files that are new among them. */
  readonly work: readonly ChangedFile[];
  readonly conflicts: readonly ConflictedFile[];
}

const KINDS: Readonly<Record<string, ChangeKind>> = { A: 'added', M: 'changed', D: 'deleted', R: 'renamed', T: 'type' };
/** git-status(1), "Short Format", the unmerged states. */
const CONFLICTS: Readonly<Record<string, string>> = {
  DD: 'both deleted',
  AU: 'added by us',
  UD: 'deleted by them',
  UA: 'added by them',
  DU: 'deleted by us',
  AA: 'both added',
  UU: 'both modified',
};

/** Reference: git-status(1), "Porcelain Format Version 2". What is unknown is passed over. */
export function parseStatus(text: string): RepositoryStatus {
  const headers = new Map<string, string>();
  const staged: ChangedFile[] = [];
  const work: ChangedFile[] = [];
  const conflicts: ConflictedFile[] = [];
  const parts = text.split('\0');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const words = part.split(' ');
    const [index = '.', folder = '.'] = (words[1] ?? '').split('');
    const put = (path: string, from?: string): void => {
      const [one, two] = [KINDS[index], KINDS[folder]];
      if (one !== undefined) staged.push({ path, kind: one, ...(from === undefined ? {} : { from }) });
      if (two !== undefined) work.push({ path, kind: two });
    };
    switch (words[0]) {
      case '#':
        headers.set(words[1] ?? '', words.slice(2).join(' '));
        break;
      case '1':
        put(words.slice(8).join(' '));
        break;
      case '2':
        put(words.slice(9).join(' '), parts[++at] ?? '');
        break;
      case 'u': {
        // The modes of the stages 1 to 3: common, ours, theirs.
        const [ours, theirs] = [words[4], words[5]].map((mode) => (mode === NO_FILE ? undefined : mode));
        const what = CONFLICTS[index + folder] ?? 'both modified';
        conflicts.push({ path: words.slice(10).join(' '), what, ours, theirs });
        break;
      }
      case '?':
        work.push({ path: part.slice(2), kind: 'new' });
        break;
      default:
    }
  }
  const [, ahead, behind] = /^\+(\d+) -(\d+)$/.exec(headers.get('branch.ab') ?? '') ?? [];
  const [oid, branch] = [headers.get('branch.oid'), headers.get('branch.head')];
  return {
    head: oid === '(initial)' ? undefined : oid,
    branch: branch === '(detached)' ? undefined : branch,
    upstream: headers.get('branch.upstream'),
    ahead: Number(ahead ?? 0),
    behind: Number(behind ?? 0),
    staged,
    work,
    conflicts,
  };
}
