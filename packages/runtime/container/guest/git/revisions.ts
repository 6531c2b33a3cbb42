import type { ObjectStore, ObjectType } from './object-store.ts';
import { readIndex } from './index-file.ts';
import type { Repository } from './repository.ts';
import { parseTree, TREE_MODE } from './tree-files.ts';

const OID = /^[0-9a-f]{40}$/;
/** git's MINIMUM_ABBREV. */
const SHORTEST_OID = 4;
/** gitrevisions(7): in this order a short name is looked for. */
const PLACES = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];

/** Without author and message, since a walk reads many of them. */
export interface CommitHead {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Of the committer, in seconds. */
  readonly time: number;
}

/** The full name of a ref; `undefined` where no ref has the name. */
export function refNamed(repository: Repository, name: string): string | undefined {
  if (name === '@') return 'HEAD';
  if (!/^[^~^:?*[\\\s]+$/.test(name) || name.includes('..')) return undefined;
  const found = PLACES.map((place) => place + name).find((each) => repository.resolveRef(each) !== undefined);
  return (
    found ??
    (repository.resolveRef(`refs/remotes/${name}/HEAD`) === undefined ? undefined : `refs/remotes/${name}/HEAD`)
  );
}

/** The object that gitrevisions(7) names; `undefined` for what names none, or in a way that is not known here. */
export function resolveRevision(repository: Repository, text: string): string | undefined {
  const colon = text.indexOf(':');
  if (colon === 0) return resolveInIndex(repository, text.slice(1));
  if (colon > 0) {
    const tree = resolveRevision(repository, text.slice(0, colon));
    return tree === undefined ? undefined : resolveInTree(repository.objects, tree, text.slice(colon + 1));
  }
  const match = /^(.*?)((?:[~^](?:\d+|\{[^}]*\})?)*)$/s.exec(text);
  let oid = resolveBase(repository, match?.[1] ?? '');
  for (const step of (match?.[2] ?? '').match(/[~^](?:\d+|\{[^}]*\})?/g) ?? []) {
    if (oid === undefined) return undefined;
    oid = takeStep(repository.objects, oid, step);
  }
  return oid;
}

/** What stands before all `~` and `^`. A short id counts only where no other object begins so. */
function resolveBase(repository: Repository, name: string): string | undefined {
  const upstream = /^(.*)@\{(?:u|upstream)\}$/.exec(name);
  if (upstream !== null) {
    const branch = upstream[1] === '' ? repository.headRef() : `refs/heads/${upstream[1] ?? ''}`;
    const ref = branch === undefined ? undefined : upstreamOf(repository, branch);
    return ref === undefined ? undefined : repository.resolveRef(ref);
  }
  if (OID.test(name)) return name;
  const ref = refNamed(repository, name);
  if (ref !== undefined) return repository.resolveRef(ref);
  if (name.length < SHORTEST_OID || !/^[0-9a-f]+$/.test(name)) return undefined;
  const found = repository.objects.expand(name);
  return found.length === 1 ? found[0] : undefined;
}

/** `~3`, `^2`, `^{tree}`: to the third ancestor by first parents, the second parent, what it stands for. */
function takeStep(objects: ObjectStore, oid: string, step: string): string | undefined {
  const kind = /^\^\{(.*)\}$/.exec(step)?.[1];
  if (kind !== undefined) return peel(objects, oid, kind === '' ? undefined : (kind as ObjectType));
  const commit = peel(objects, oid, 'commit');
  if (commit === undefined) return undefined;
  const number = step.length === 1 ? 1 : Number(step.slice(1));
  if (step.startsWith('^')) return number === 0 ? commit : readCommit(objects, commit).parents[number - 1];
  let at: string | undefined = commit;
  for (let left = number; left > 0 && at !== undefined; left--) at = readCommit(objects, at).parents[0];
  return at;
}

/** What a tag is for, and a commit's tree where a tree is wanted. */
export function peel(objects: ObjectStore, oid: string, wanted: ObjectType | undefined): string | undefined {
  for (let at = oid; ;) {
    const found = objects.find(at);
    if (found === undefined) return undefined;
    if (found.type === wanted || (wanted === undefined && found.type !== 'tag')) return at;
    if (found.type === 'tag') at = /^object ([0-9a-f]{40})/.exec(found.bytes.toString('latin1', 0, 48))?.[1] ?? '';
    else if (found.type === 'commit' && wanted === 'tree') return readCommit(objects, at).tree;
    else return undefined;
  }
}

/** `<tree>:path`; the tree itself for an empty path. */
function resolveInTree(objects: ObjectStore, oid: string, path: string): string | undefined {
  let at = peel(objects, oid, 'tree');
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  for (const [depth, name] of names.entries()) {
    if (at === undefined) return undefined;
    const entry = parseTree(objects.read(at).bytes).find((each) => each.name === name);
    if (entry !== undefined && depth < names.length - 1 && entry.mode !== TREE_MODE) return undefined;
    at = entry?.oid;
  }
  return at;
}

/** `:path` and `:2:path`. */
function resolveInIndex(repository: Repository, text: string): string | undefined {
  const staged = /^([0-3]):(.*)$/s.exec(text);
  const [stage, named] = staged === null ? [0, text] : [Number(staged[1]), staged[2] ?? ''];
  const path = named.startsWith('./') ? repository.prefix + named.slice(2) : named;
  return readIndex(repository.indexPath).entries.find((entry) => entry.path === path && entry.stage === stage)?.oid;
}

/** Undefined unless both branch.*.remote and branch.*.merge are set. */
export function upstreamOf(repository: Repository, branch: string): string | undefined {
  const name = branch.replace(/^refs\/heads\//, '');
  const remote = repository.config(`branch.${name}.remote`);
  const merge = repository.config(`branch.${name}.merge`);
  if (remote === undefined || merge === undefined) return undefined;
  return remote === '.' ? merge : merge.replace(/^refs\/heads\//, `refs/remotes/${remote}/`);
}

/** Throws where it is none. */
export function readCommit(objects: ObjectStore, oid: string): CommitHead {
  const { type, bytes } = objects.read(oid);
  if (type !== 'commit') throw new Error(`object ${oid} is a ${type}, not a commit`);
  const end = bytes.indexOf('\n\n');
  const head = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  return {
    oid,
    tree: /^tree ([0-9a-f]{40})/.exec(head)?.[1] ?? '',
    parents: [...head.matchAll(/^parent ([0-9a-f]{40})$/gm)].map((match) => match[1] ?? ''),
    time: Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(head)?.[1] ?? 0),
  };
}

/** Commits that can be reached from `from` and not from `without`, newest first, each behind its children's dates. */
export function* walkCommits(
  objects: ObjectStore,
  from: readonly string[],
  without: readonly string[],
): Generator<CommitHead> {
  const heads = new Map<string, CommitHead>();
  const head = (oid: string): CommitHead => {
    const known = heads.get(oid) ?? readCommit(objects, oid);
    heads.set(oid, known);
    return known;
  };
  const hidden = new Set<string>();
  const queue = new Queue();
  const seen = new Set<string>();
  for (const oid of without) {
    hidden.add(oid);
    if (!seen.has(oid)) queue.add(head(oid));
    seen.add(oid);
  }
  for (const oid of from) {
    if (!seen.has(oid)) queue.add(head(oid));
    seen.add(oid);
  }
  // What is hidden spreads to parents; a shown commit waits until nothing that is newer could hide it.
  const waiting: CommitHead[] = [];
  for (let commit = queue.take(); commit !== undefined; commit = queue.take()) {
    const isHidden = hidden.has(commit.oid);
    for (const parent of commit.parents) {
      if (isHidden) hide(parent, hidden, heads);
      if (seen.has(parent)) continue;
      seen.add(parent);
      queue.add(head(parent));
    }
    if (without.length === 0) yield commit;
    else if (!isHidden) waiting.push(commit);
    if (without.length > 0 && queue.every(({ oid }) => hidden.has(oid))) break;
  }
  yield* waiting.filter(({ oid }) => !hidden.has(oid));
}

/** Marks what was read already, too: a clock that went wrong puts parents before children. */
function hide(oid: string, hidden: Set<string>, heads: ReadonlyMap<string, CommitHead>): void {
  const left = [oid];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (hidden.has(at)) continue;
    hidden.add(at);
    left.push(...(heads.get(at)?.parents ?? []));
  }
}

/** Newest first; of the same second, who came first. */
class Queue {
  readonly #commits: CommitHead[] = [];

  add(commit: CommitHead): void {
    let at = this.#commits.length;
    while (at > 0 && (this.#commits[at - 1]?.time ?? 0) < commit.time) at--;
    this.#commits.splice(at, 0, commit);
  }

  take(): CommitHead | undefined {
    return this.#commits.shift();
  }

  every(test: (commit: CommitHead) => boolean): boolean {
    return this.#commits.every(test);
  }
}

/** Ancestors that both have and that are no ancestors of each other. */
export function mergeBases(objects: ObjectStore, one: string, two: string): readonly string[] {
  // All of one side's history: simple, and slow only where histories are long.
  const ofOne = new Set([...walkCommits(objects, [one], [])].map(({ oid }) => oid));
  const common: string[] = [];
  const left = [two];
  const seen = new Set<string>(left);
  for (let oid = left.shift(); oid !== undefined; oid = left.shift()) {
    if (ofOne.has(oid)) {
      common.push(oid);
      continue;
    }
    for (const parent of readCommit(objects, oid).parents)
      if (!seen.has(parent)) {
        seen.add(parent);
        left.push(parent);
      }
  }
  return common.filter((oid) => common.every((other) => other === oid || !isAncestor(objects, oid, other)));
}

/** A commit is its own ancestor, as for `git merge-base --is-ancestor`. Walks until found: costly where it is not. */
export function isAncestor(objects: ObjectStore, ancestor: string, of: string): boolean {
  for (const { oid } of walkCommits(objects, [of], [])) if (oid === ancestor) return true;
  return false;
}
