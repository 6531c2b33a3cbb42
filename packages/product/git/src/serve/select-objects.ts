import { GitError } from '../objects/git-error.ts';
import type { Oid } from '../objects/oid.ts';
import { CommitGraph } from './commit-graph.ts';
import type { FetchRequest } from './fetch-request.ts';
import { type PeeledTip, peelTips } from './peel-refs.ts';
import type { FetchRepository, RepositoryRef } from './repository.ts';
import { changeShallow, type ShallowChange } from './shallow.ts';
import { findInTrees, walkTrees } from './tree-walk.ts';

/** What is sent: every id once, commits before the trees and blobs that they lead to. */
export interface Selection {
  oids: Oid[];
  /** Whether a delta may stand on this object: it is sent as well, or the asker has it. */
  usable: (base: Oid) => boolean;
}

/** A repository as its refs show it: what none of them leads to is not there. */
export class VisibleRepository {
  readonly #repository: FetchRepository;
  readonly #signal: AbortSignal | undefined;
  readonly refs: readonly RepositoryRef[];
  readonly #tips: ReadonlyMap<Oid, PeeledTip>;
  readonly graph: CommitGraph;

  private constructor(
    repository: FetchRepository,
    parts: { refs: readonly RepositoryRef[]; tips: ReadonlyMap<Oid, PeeledTip>; graph: CommitGraph },
    signal: AbortSignal | undefined,
  ) {
    this.#repository = repository;
    this.#signal = signal;
    this.refs = parts.refs;
    this.#tips = parts.tips;
    this.graph = parts.graph;
  }

  static async open(repository: FetchRepository, signal?: AbortSignal): Promise<VisibleRepository> {
    const refs = await repository.refs();
    const tips = await peelTips(
      repository,
      refs.map(({ oid }) => oid),
    );
    const commits = [...tips.values()].filter(({ type }) => type === 'commit').map(({ oid }) => oid);
    const graph = new CommitGraph(await repository.history([...new Set(commits)]));
    return new VisibleRepository(repository, { refs, tips, graph }, signal);
  }

  /** What the asker has of what they may see. Whether the repository has anything else is told to nobody. */
  commonsOf(haves: readonly Oid[]): Oid[] {
    return haves.filter((oid) => this.graph.has(oid));
  }

  /**
   * The wants, each looked at: a commit, a tag or any other object to which a ref leads (a partial clone asks for blobs
   * by name). Anything else is refused, there or not.
   */
  async checkWants(wants: readonly Oid[]): Promise<CheckedWants> {
    const checked: CheckedWants = { commits: [], tags: [], trees: [], blobs: [] };
    const rest = new Set<Oid>();
    const tagged = new Map<Oid, PeeledTip>();
    for (const tip of this.#tips.values()) for (const tag of tip.tags) tagged.set(tag, tip);
    for (const want of new Set(wants)) {
      const tip = this.#tips.get(want) ?? tagged.get(want);
      if (this.graph.has(want)) checked.commits.push(want);
      else if (tip) this.#addTip(checked, tip);
      else rest.add(want);
    }
    if (rest.size === 0) return checked;
    const roots = [...this.graph.reach(this.#commitTips())].map((oid) => this.graph.get(oid)?.tree ?? '');
    const trees = [...this.#tips.values()].filter(({ type }) => type === 'tree').map(({ oid }) => oid);
    const found = await findInTrees(this.#repository, [...roots, ...trees], rest, this.#signal);
    for (const want of rest)
      if (!found.has(want)) throw new GitError('missing-object', `upload-pack: not our ref ${want}`);
    for (const [oid, { type }] of await this.#repository.heads([...found])) {
      if (type === 'tree') checked.trees.push(oid);
      else checked.blobs.push(oid);
    }
    return checked;
  }

  /** Where the history ends for the asker when all of this has been sent. */
  async shallowFor(request: FetchRequest, wants: CheckedWants): Promise<ShallowChange> {
    const not = request.not.map((name) => {
      const full = this.refs.find(
        (ref) => ref.name === name || ref.name === `refs/heads/${name}` || ref.name === `refs/tags/${name}`,
      );
      const tip = full && this.#tips.get(full.oid);
      if (tip?.type !== 'commit')
        throw new GitError('bad-request', `git upload-pack: deepen-not is not a ref: ${name.slice(0, 200)}`);
      return tip.oid;
    });
    const current = new Set(request.shallow.filter((oid) => this.graph.has(oid)));
    const { depth, relative, sinceSeconds } = request;
    return await changeShallow(this.#repository, this.graph, wants.commits, current, {
      depth,
      relative,
      sinceSeconds,
      not,
    });
  }

  async select(request: FetchRequest, wants: CheckedWants, change: ShallowChange): Promise<Selection> {
    const { graph } = this;
    const theirs = new Set(request.shallow);
    const had = graph.reach(this.commonsOf(request.haves), { shallow: theirs });
    const from = [...wants.commits, ...change.removed.flatMap((oid) => graph.parentsOf(oid))];
    // Who has a commit has what is behind it, but for what is behind the ends of their history.
    const commits = [...graph.reach(from, { shallow: change.shallow })].filter((oid) => !had.has(oid));
    const edges = new Set([
      ...commits.flatMap((oid) => graph.parentsOf(oid)).filter((oid) => had.has(oid)),
      ...change.removed,
    ]);
    const known = new Set<Oid>();
    const learn = (oid: Oid): boolean => {
      if (known.has(oid)) return false;
      known.add(oid);
      return true;
    };
    await walkTrees(this.#repository, this.#treesOf(edges), learn, this.#signal);
    const sent = new Set<Oid>(commits);
    for (const tag of wants.tags) sent.add(tag);
    if (request.includeTag) this.#addTags(sent);
    const candidates = new Set<Oid>();
    const visit = (oid: Oid, type: 'tree' | 'blob'): boolean => {
      if (known.has(oid) || sent.has(oid)) return false;
      if (type === 'tree') sent.add(oid);
      else if (request.filter?.kind !== 'none') candidates.add(oid);
      return true;
    };
    await walkTrees(this.#repository, [...this.#treesOf(commits), ...wants.trees], visit, this.#signal);
    await this.#addBlobs(sent, candidates, request);
    for (const oid of [...wants.trees, ...wants.blobs]) sent.add(oid);
    // Bases that a filter left out are not there, whatever trees are.
    const thin = request.thin && request.filter === undefined;
    return { oids: [...sent], usable: (base) => sent.has(base) || (thin && known.has(base)) };
  }

  /** By pages: sizes are asked of the database. */
  async #addBlobs(sent: Set<Oid>, candidates: ReadonlySet<Oid>, { filter }: FetchRequest): Promise<void> {
    if (filter?.kind !== 'limit') {
      for (const oid of candidates) sent.add(oid);
      return;
    }
    const oids = [...candidates];
    for (let from = 0; from < oids.length; from += HEADS_AT_ONCE)
      for (const [oid, { size }] of await this.#repository.heads(oids.slice(from, from + HEADS_AT_ONCE)))
        if (size < filter.bytes) sent.add(oid);
  }

  /** `include-tag` (gitprotocol-capabilities): an annotated tag goes along where what it points at is sent. */
  #addTags(sent: Set<Oid>): void {
    for (const tip of this.#tips.values())
      if (tip.tags.length > 0 && sent.has(tip.oid)) for (const tag of tip.tags) sent.add(tag);
  }

  /** Under what the tag leads to in the end, however many tags stand in between. */
  #addTip(checked: CheckedWants, tip: PeeledTip): void {
    checked.tags.push(...tip.tags);
    if (tip.type === 'commit') checked.commits.push(tip.oid);
    else if (tip.type === 'tree') checked.trees.push(tip.oid);
    else if (tip.type === 'blob') checked.blobs.push(tip.oid);
  }

  *#commitTips(): Generator<Oid> {
    for (const { type, oid } of this.#tips.values()) if (type === 'commit') yield oid;
  }

  *#treesOf(commits: Iterable<Oid>): Generator<Oid> {
    for (const oid of commits) {
      const tree = this.graph.get(oid)?.tree;
      if (tree !== undefined) yield tree;
    }
  }
}

/** Sorted by type, because only commits and tags lead to a history. */
export interface CheckedWants {
  commits: Oid[];
  tags: Oid[];
  trees: Oid[];
  blobs: Oid[];
}

/** Sizes asked for in one question. */
const HEADS_AT_ONCE = 5000;
