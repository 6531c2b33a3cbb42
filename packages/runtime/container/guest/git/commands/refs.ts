/** The plumbing of refs and of the commits behind them. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Repository } from '../repository.ts';
import { isAncestor, mergeBases, peel, resolveRevision, upstreamOf, walkCommits } from '../revisions.ts';
import { type OwnCommand, parseOptions, Refusal } from './command.ts';
import { readBranch } from '../read-status.ts';

const SHORT_OID = 7;
const NULL_OID = '0'.repeat(40);
const REV_LIST_OPTIONS = [
  '--all --branches --tags --count -n= --max-count= --skip= --parents --reverse --left-right --merges --no-merges',
].flatMap((line) => line.split(' '));

/** git-symbolic-ref(1). */
export const symbolicRef: OwnCommand = ({ repository, args, out, err }) => {
  const parsed = parseOptions(args, ['-q', '--quiet', '--short', '-m=']);
  const [name, target] = parsed?.words ?? [];
  if (parsed === undefined || name === undefined) return undefined;
  if (target !== undefined) {
    if (name === 'HEAD' && !target.startsWith('refs/'))
      throw new Refusal('fatal: Refusing to point HEAD outside of refs/');
    writeRef(repository, name, `ref: ${target}`);
    return 0;
  }
  const found = repository.readRef(name);
  if (found === undefined || !('ref' in found)) {
    if (!parsed.options.has('-q') && !parsed.options.has('--quiet')) err(`fatal: ref ${name} is not a symbolic ref\n`);
    return parsed.options.has('-q') || parsed.options.has('--quiet') ? 1 : 128;
  }
  out(`${parsed.options.has('--short') ? shortRef(found.ref) : found.ref}\n`);
  return 0;
};

/**
 * By a lock file, as git does: of two that write at once the second fails with EEXIST. A packed ref of the name
 * is outdone by the loose one.
 */
function writeRef(repository: Repository, name: string, text: string): void {
  const path = join(name === 'HEAD' ? repository.gitFolder : repository.commonFolder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.lock`, `${text}\n`, { flag: 'wx' });
  renameSync(`${path}.lock`, path);
}

/** git-update-ref(1), one ref, without a log of its own. */
export const updateRef: OwnCommand = ({ repository, args }) => {
  const parsed = parseOptions(args, ['-d', '-m=', '--no-deref']);
  const [name, value, old] = parsed?.words ?? [];
  if (parsed === undefined || name === undefined) return undefined;
  const now = repository.resolveRef(name);
  // With -d the old value stands where the new one would.
  const expected = parsed.options.has('-d') ? value : old;
  const wanted = expected === undefined ? undefined : (resolveRevision(repository, expected) ?? expected);
  if (wanted !== undefined && wanted !== (now ?? '0'.repeat(40)))
    throw new Refusal(
      `fatal: update_ref failed for ref '${name}': ` +
        `cannot lock ref '${name}': is at ${now ?? 'nothing'} but expected ${wanted}`,
    );
  if (parsed.options.has('-d')) {
    // Packed alone: packed-refs would have to be written anew, which the library can do.
    if (repository.refs().some((each) => each.name === name && repository.readRef(name) === undefined))
      return undefined;
    rmSync(join(repository.commonFolder, name), { force: true });
    return 0;
  }
  const oid = value === undefined ? undefined : resolveRevision(repository, value);
  if (oid === undefined || !repository.objects.has(oid)) throw new Refusal(`fatal: ${value ?? ''}: not a valid SHA1`);
  // HEAD itself is only written where it is detached; else the branch that it names moves.
  const head = name === 'HEAD' ? repository.headRef() : undefined;
  writeRef(repository, head ?? name, oid);
  return 0;
};

const shortRef = (name: string): string => name.replace(/^refs\/(?:heads|tags|remotes)\//, '').replace(/^refs\//, '');

/** What `%(…)` stands for, of one ref. */
type Atom = (ref: { name: string; oid: string }, repository: Repository) => string;

/** Of a commit or a tag, by the line that git writes; empty where the object has no such line. */
const person =
  (kind: 'author' | 'committer' | 'tagger', part: 'name' | 'email' | 'unix'): Atom =>
  (ref, repository) => {
    const head = repository.objects.read(ref.oid).bytes.toString('utf8');
    const match = new RegExp(`^${kind} (.*) <(.*)> (\\d+) [+-]\\d{4}$`, 'm').exec(head.split('\n\n', 1)[0] ?? '');
    if (match === null) return '';
    return { name: match[1] ?? '', email: `<${match[2] ?? ''}>`, unix: match[3] ?? '' }[part];
  };
/** What follows the first empty line, the signature of a tag included. */
const message = (ref: { oid: string }, repository: Repository): string => {
  const { type, bytes } = repository.objects.read(ref.oid);
  if (type === 'blob' || type === 'tree') return '';
  const text = bytes.toString('utf8');
  return text.slice(text.indexOf('\n\n') + 2);
};
/** An annotated tag is as old as itself, a branch as its last commit: git's `creatordate`. */
const created: Atom = (ref, repository) =>
  person('committer', 'unix')(ref, repository) || person('tagger', 'unix')(ref, repository);
/** git-for-each-ref(1), "FIELD NAMES"; a format with any other field is the library's. */
const ATOMS: Readonly<Record<string, Atom>> = {
  refname: ({ name }) => name,
  'refname:short': ({ name }) => shortRef(name),
  objectname: ({ oid }) => oid,
  'objectname:short': ({ oid }) => oid.slice(0, SHORT_OID),
  objecttype: ({ oid }, repository) => repository.objects.read(oid).type,
  '*objectname': ({ oid }, repository) =>
    repository.objects.read(oid).type === 'tag' ? (peel(repository.objects, oid, undefined) ?? '') : '',
  HEAD: ({ name }, repository) => (repository.headRef() === name ? '*' : ' '),
  symref: ({ name }, repository) => {
    const target = repository.readRef(name);
    return target !== undefined && 'ref' in target ? target.ref : '';
  },
  upstream: ({ name }, repository) => (name.startsWith('refs/heads/') ? (upstreamOf(repository, name) ?? '') : ''),
  'upstream:short': ({ name }, repository) =>
    name.startsWith('refs/heads/') ? shortRef(upstreamOf(repository, name) ?? '') : '',
  'upstream:track': (ref, repository) => trackOf(ref, repository),
  subject: (ref, repository) => message(ref, repository).split(/\n\n/, 1)[0]?.trim().replaceAll('\n', ' ') ?? '',
  'contents:subject': (ref, repository) => ATOMS['subject']?.(ref, repository) ?? '',
  contents: message,
  authorname: person('author', 'name'),
  authoremail: person('author', 'email'),
  'authordate:unix': person('author', 'unix'),
  committername: person('committer', 'name'),
  'committerdate:unix': person('committer', 'unix'),
  'creatordate:unix': created,
};

/** `[ahead 1, behind 2]`; empty where both are the same, `[gone]` where the upstream no longer exists. */
function trackOf({ name, oid }: { name: string; oid: string }, repository: Repository): string {
  const upstream = name.startsWith('refs/heads/') ? upstreamOf(repository, name) : undefined;
  if (upstream === undefined) return '';
  const theirs = repository.resolveRef(upstream);
  if (theirs === undefined) return '[gone]';
  const count = (from: string, without: string): number =>
    [...walkCommits(repository.objects, [from], [without])].length;
  const [ahead, behind] = [count(oid, theirs), count(theirs, oid)];
  const parts = [...(ahead > 0 ? [`ahead ${ahead}`] : []), ...(behind > 0 ? [`behind ${behind}`] : [])];
  return parts.length === 0 ? '' : `[${parts.join(', ')}]`;
}

/** Sorting by a date is sorting by its number. */
const SORT_ATOMS: Readonly<Record<string, string>> = {
  committerdate: 'committerdate:unix',
  creatordate: 'creatordate:unix',
  authordate: 'authordate:unix',
};

/** git-for-each-ref(1). */
export const forEachRef: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, ['--format=', '--sort=', '--count=']);
  if (parsed === undefined) return undefined;
  const format = parsed.options.get('--format')?.at(-1) ?? '%(objectname) %(objecttype)\t%(refname)';
  const known = format.match(/%\(([^)]*)\)/g) ?? [];
  if (known.some((atom) => ATOMS[atom.slice(2, -1)] === undefined)) return undefined;
  const patterns = parsed.words.map((word) => word.replace(/\/$/, ''));
  if (patterns.some((pattern) => /[*?[]/.test(pattern))) return undefined;
  let refs = repository
    .refs()
    .filter(
      ({ name }) => patterns.length === 0 || patterns.some((each) => name === each || name.startsWith(`${each}/`)),
    );
  for (const key of parsed.options.get('--sort') ?? []) {
    const [down, name] = key.startsWith('-') ? [true, key.slice(1)] : [false, key];
    const atom = ATOMS[SORT_ATOMS[name] ?? name];
    if (atom === undefined) throw new Refusal(`fatal: unknown field name: ${name}`);
    const isNumber = SORT_ATOMS[name] !== undefined;
    const valued = refs.map((ref) => ({ ref, value: atom(ref, repository) }));
    valued.sort((a, b) => {
      const order = isNumber ? Number(a.value) - Number(b.value) : a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
      return down ? -order : order;
    });
    refs = valued.map(({ ref }) => ref);
  }
  const count = Number(parsed.options.get('--count')?.at(-1) ?? refs.length);
  for (const ref of refs.slice(0, count)) {
    const line = format.replace(/%(?:\(([^)]*)\)|([0-9a-fA-F]{2})|%)/g, (_, atom?: string, hex?: string) => {
      if (atom !== undefined) return ATOMS[atom]?.(ref, repository) ?? '';
      return hex === undefined ? '%' : String.fromCharCode(Number.parseInt(hex, 16));
    });
    out(`${line}\n`);
  }
  return 0;
};

/** `git branch --format=…`, which is for-each-ref; all else of branch is the library's. */
export const branch: OwnCommand = (call) => {
  if (!call.args.some((arg) => arg.startsWith('--format='))) return undefined;
  const parsed = parseOptions(call.args, ['--format=', '--sort=', '-a', '--all', '-r', '--remotes', '-l', '--list']);
  if (parsed === undefined || parsed.words.length > 0) return undefined;
  const has = (...names: readonly string[]): boolean => names.some((name) => parsed.options.has(name));
  const places = [
    ...(has('-r', '--remotes') ? [] : ['refs/heads']),
    ...(has('-a', '--all', '-r', '--remotes') ? ['refs/remotes'] : []),
  ];
  const kept = call.args.filter((arg) => arg.startsWith('--format=') || arg.startsWith('--sort='));
  return forEachRef({ ...call, args: [...kept, ...places] });
};

/** git-show-ref(1). */
export const showRef: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, ['--heads', '--tags', '--head', '-q', '--quiet', '--verify', '-s', '--hash']);
  if (parsed === undefined) return undefined;
  const { options, words } = parsed;
  const only = options.has('-s') || options.has('--hash');
  const has = (name: string): boolean => options.has(name);
  const found = has('--verify')
    ? words.map((name) => ({ name, oid: repository.resolveRef(name) }))
    : repository
        .refs()
        .filter(
          ({ name }) =>
            !(has('--heads') || has('--tags')) ||
            (has('--heads') && name.startsWith('refs/heads/')) ||
            (has('--tags') && name.startsWith('refs/tags/')),
        )
        .filter(({ name }) => words.length === 0 || words.some((word) => name === word || name.endsWith(`/${word}`)));
  const head = has('--head') && !has('--verify') ? repository.resolveRef('HEAD') : undefined;
  const all = head === undefined ? found : [{ name: 'HEAD', oid: head }, ...found];
  const missing = all.find(({ oid }) => oid === undefined);
  if (missing !== undefined) {
    if (has('-q') || has('--quiet')) return 1;
    throw new Refusal(`fatal: '${missing.name}' - not a valid ref`);
  }
  if (!has('-q') && !has('--quiet'))
    for (const { name, oid } of all) out(only ? `${oid ?? ''}\n` : `${oid ?? ''} ${name}\n`);
  return all.length === 0 ? 1 : 0;
};

/** git-merge-base(1): two commits, --all, --is-ancestor. */
export const mergeBase: OwnCommand = ({ repository, args, out }) => {
  const parsed = parseOptions(args, ['-a', '--all', '--is-ancestor']);
  if (parsed === undefined || parsed.words.length !== 2) return undefined;
  const [one = '', two = ''] = parsed.words.map((word) => commitNamed(repository, word));
  if (parsed.options.has('--is-ancestor')) return isAncestor(repository.objects, one, two) ? 0 : 1;
  const bases = mergeBases(repository.objects, one, two);
  const all = parsed.options.has('-a') || parsed.options.has('--all');
  for (const base of all ? bases : bases.slice(0, 1)) out(`${base}\n`);
  return bases.length === 0 ? 1 : 0;
};

/** A tag is followed to its commit. Throws git's refusal, which ends the command with 128. */
export function commitNamed(repository: Repository, name: string): string {
  const oid = resolveRevision(repository, name);
  const commit = oid === undefined ? undefined : peel(repository.objects, oid, 'commit');
  if (commit === undefined) throw new Refusal(`fatal: Not a valid object name ${name}`);
  return commit;
}

/** git-rev-list(1): ranges, --all, --count, -n, --skip, --parents, --reverse, --first-parent is the library's. */
export const revList: OwnCommand = ({ repository, args, out }) => {
  const shorthand = args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
  const isRange = (arg: string): boolean => arg.startsWith('^');
  const parsed = parseOptions(
    shorthand.filter((arg) => !isRange(arg)),
    REV_LIST_OPTIONS,
  );
  if (parsed === undefined || (parsed.paths ?? []).length > 0) return undefined;
  const { options } = parsed;
  const [from, without]: [string[], string[]] = [
    [],
    shorthand.filter(isRange).map((arg) => commitNamed(repository, arg.slice(1))),
  ];
  let symmetric: readonly [string, string] | undefined;
  for (const word of parsed.words) {
    const range = /^(.*?)(\.{2,3})(.*)$/.exec(word);
    if (range === null) {
      from.push(commitNamed(repository, word));
      continue;
    }
    const [one, two] = [commitNamed(repository, range[1] || 'HEAD'), commitNamed(repository, range[3] || 'HEAD')];
    // gitrevisions(7): `a..b` is b without a; `a...b` is either without what both have.
    if (range[2] === '..') without.push(one);
    else {
      from.push(one);
      without.push(...mergeBases(repository.objects, one, two));
      symmetric = [one, two];
    }
    from.push(two);
  }
  const places = [
    ...(options.has('--all') ? ['refs/'] : []),
    ...(options.has('--branches') ? ['refs/heads/'] : []),
    ...(options.has('--tags') ? ['refs/tags/'] : []),
  ];
  for (const { name, oid } of places.length === 0 ? [] : repository.refs()) {
    const commit = places.some((place) => name.startsWith(place)) ? peel(repository.objects, oid, 'commit') : undefined;
    if (commit !== undefined) from.push(commit);
  }
  // A detached HEAD is in no ref, and --all shows it all the same.
  const head = options.has('--all') ? repository.resolveRef('HEAD') : undefined;
  if (head !== undefined) from.push(head);
  if (from.length === 0 && places.length === 0) return undefined;
  const most = Number(options.get('-n')?.at(-1) ?? options.get('--max-count')?.at(-1) ?? Infinity);
  const skip = Number(options.get('--skip')?.at(-1) ?? 0);
  const found = [];
  let passed = 0;
  for (const commit of walkCommits(repository.objects, from, without)) {
    if (options.has('--merges') && commit.parents.length < 2) continue;
    if (options.has('--no-merges') && commit.parents.length > 1) continue;
    // Counted behind the filters, as git does: --skip passes over what would have been shown.
    if (passed++ < skip) continue;
    if (found.length >= most) break;
    found.push(commit);
  }
  const isLeft = leftOf(repository, options.has('--left-right') ? symmetric : undefined);
  if (options.has('--count')) {
    const left = found.filter(({ oid }) => isLeft?.(oid)).length;
    out(isLeft === undefined ? `${found.length}\n` : `${left}\t${found.length - left}\n`);
    return 0;
  }
  if (options.has('--reverse')) found.reverse();
  for (const { oid, parents } of found) {
    const side = isLeft === undefined ? '' : isLeft(oid) ? '<' : '>';
    out(`${side}${options.has('--parents') ? [oid, ...parents].join(' ') : oid}\n`);
  }
  return 0;
};

/** Whether a commit is on the left side of `a...b`; undefined where no side is asked for. */
function leftOf(
  repository: Repository,
  symmetric: readonly [string, string] | undefined,
): ((oid: string) => boolean) | undefined {
  if (symmetric === undefined) return undefined;
  const left = new Set([...walkCommits(repository.objects, [symmetric[0]], [symmetric[1]])].map(({ oid }) => oid));
  return (oid) => left.has(oid);
}

/** `rev-parse` of what is asked at every prompt; all else is the library's. */
export const revParse: OwnCommand = ({ repository, args, out }) => {
  if (args.length === 1 && args[0] === '--git-dir') {
    out(
      repository.prefix === '' && repository.gitFolder === join(repository.workTree, '.git')
        ? '.git\n'
        : `${repository.gitFolder}\n`,
    );
    return 0;
  }
  const parsed = parseOptions(args, ['-q', '--quiet', '--verify', '--short']);
  if (parsed === undefined || parsed.words.length === 0 || parsed.paths !== undefined) return undefined;
  const found = parsed.words.map((word) =>
    word.includes('..') || word.startsWith('^') ? undefined : resolveRevision(repository, word),
  );
  // What is no revision may be a flag or a path: rev-parse prints those back, and the library knows how.
  if (found.some((oid) => oid === undefined)) return undefined;
  const short = parsed.options.has('--short');
  for (const oid of found) out(`${short ? shortOid(repository, oid ?? '') : oid}\n`);
  return 0;
};

/** The shortest beginning, of seven letters at least, that no other object has. */
export function shortOid(repository: Repository, oid: string): string {
  for (let length = SHORT_OID; length < oid.length; length++)
    if (repository.objects.expand(oid.slice(0, length)).length <= 1) return oid.slice(0, length);
  return oid;
}

/** git-worktree(1), its list; a second working tree would be of the same files here. */
export const worktree: OwnCommand = ({ repository, args, out }) => {
  if (args[0] !== 'list')
    throw new Refusal('fatal: a container has one working tree: clone the repository into another folder', 1);
  const { oid, name } = readBranch(repository, false);
  if (args.includes('--porcelain'))
    out(
      `worktree ${repository.workTree}\nHEAD ${oid ?? NULL_OID}\n` +
        `${name === undefined ? 'detached' : `branch refs/heads/${name}`}\n\n`,
    );
  else
    out(
      `${repository.workTree}  ${shortOid(repository, oid ?? NULL_OID)} ` +
        `${name === undefined ? '(detached HEAD)' : `[${name}]`}\n`,
    );
  return 0;
};

/** git-commit-tree(1) of a tree with parents and a message. */
export const commitTree: OwnCommand = ({ repository, args, input, out }) => {
  const parsed = parseOptions(args, ['-p=', '-m=']);
  const [named] = parsed?.words ?? [];
  if (parsed === undefined || named === undefined) return undefined;
  const found = resolveRevision(repository, named);
  const tree = found === undefined ? undefined : peel(repository.objects, found, 'tree');
  if (tree === undefined) throw new Refusal(`fatal: not a valid object name ${named}`);
  const parents = (parsed.options.get('-p') ?? []).map((each) => commitNamed(repository, each));
  const text =
    parsed.options
      .get('-m')
      ?.map((each) => each.replace(/\n*$/, '\n'))
      .join('\n') ?? input().toString('utf8');
  const lines = [
    `tree ${tree}`,
    ...parents.map((each) => `parent ${each}`),
    `author ${who(repository, 'AUTHOR')}`,
    `committer ${who(repository, 'COMMITTER')}`,
  ];
  out(`${repository.objects.write('commit', Buffer.from(`${lines.join('\n')}\n\n${text}`))}\n`);
  return 0;
};

/**
 * git-commit-tree(1): the environment before the configuration. A date is only taken in git's own form, seconds
 * and zone.
 */
function who(repository: Repository, role: 'AUTHOR' | 'COMMITTER'): string {
  const { env } = process;
  const name = env[`GIT_${role}_NAME`] ?? repository.config('user.name');
  const email = env[`GIT_${role}_EMAIL`] ?? repository.config('user.email');
  if (name === undefined || email === undefined)
    throw new Refusal('fatal: unable to auto-detect who you are: set user.name and user.email');
  const date = /^@?(\d+) ([+-]\d{4})$/.exec(env[`GIT_${role}_DATE`] ?? '');
  const seconds = date === null ? Math.floor(Date.now() / 1000) : Number(date[1]);
  return `${name} <${email}> ${seconds} ${date?.[2] ?? '+0000'}`;
}
