import type { BlobStore } from '@slipway/blobs';
import {
  type Db,
  getCommits,
  getSnapshotHead,
  listRefs,
  type NewPush,
  recordPush,
  type RecordPushResult,
} from '@slipway/db';
import {
  HIDDEN_REFS,
  type PackReader,
  type PushRepository,
  readCommitLinks,
  type RefCommand,
  type RepositoryRef,
  type StorePushResult,
} from '@slipway/git';
import type { Quotas } from '../quotas/quotas.ts';
import { MAIN_REF, mainState } from './advance-main.ts';
import { ProjectObjectSource } from './project-objects-source.ts';
import { makePushedSnapshot } from './push-snapshot.ts';
import { stagePack } from './stage-pack.ts';

/** `quotas` is asked before a pack's objects are stored; entries above the limit refuse the push. */
export interface RepositoryNeeds {
  db: Db;
  blobs: BlobStore;
  quotas: Quotas;
  config: { TREE_LIMIT_ENTRIES: number };
}

/** A project as git sees it. The caller has found it among the owner's. */
export class ProjectRepository extends ProjectObjectSource implements PushRepository {
  readonly head = MAIN_REF;
  readonly #needs: RepositoryNeeds;
  readonly #owner: string;
  readonly #project: string;
  /** Who pushes, for the log of refs. */
  readonly #actor: string;
  readonly #kind: 'push' | 'import';

  constructor(
    needs: RepositoryNeeds,
    {
      owner,
      project,
      actor,
      kind = 'push',
    }: { owner: string; project: string; actor: string; kind?: 'push' | 'import' },
  ) {
    super(needs, project);
    this.#needs = needs;
    this.#owner = owner;
    this.#project = project;
    this.#actor = actor;
    this.#kind = kind;
  }

  /** Without those that the house keeps for itself. */
  async refs(): Promise<RepositoryRef[]> {
    const refs = await listRefs(this.#needs.db, this.#project, 'refs/');
    return refs.flatMap(({ name, oid }) => (oid === null || name.startsWith(HIDDEN_REFS) ? [] : [{ name, oid }]));
  }

  /** Nothing was saved in it and nothing pushed to it. */
  async isEmpty(): Promise<boolean> {
    const head = await getSnapshotHead(this.#needs.db, this.#owner, this.#project, 'latest');
    return head === undefined && (await this.refs()).length === 0;
  }

  /**
   * Bytes are stored before anything is locked; `recordPush` then checks in one transaction that all refs are
   * where the pusher saw them.
   */
  async storePush(commands: readonly RefCommand[], pack: PackReader | undefined): Promise<StorePushResult> {
    const room = await this.#needs.quotas.roomFor(this.#owner, pack?.storedBytes ?? 0);
    if (room.outcome === 'full') return { outcome: 'refused', reason: `over quota: you may store ${room.limit} bytes` };
    const snapshot = await this.#snapshotOf(commands, pack);
    if (snapshot.outcome !== 'made') return snapshot;
    const services = { db: this.#needs.db, blobs: this.#needs.blobs, owner: this.#owner };
    const staged = pack ? await stagePack(services, pack, this) : { objects: [], commits: [] };
    const result = await recordPush(this.#needs.db, this.#owner, this.#project, {
      objects: [...staged.objects, ...snapshot.objects],
      commits: staged.commits,
      needed: pack?.outsideLinks ?? new Map(),
      moves: commands,
      actor: this.#actor,
      snapshot: snapshot.made,
    });
    return toStoreResult(result);
  }

  /** What a move of `main` makes of the project's files; nothing where it does not move. */
  async #snapshotOf(
    commands: readonly RefCommand[],
    pack: PackReader | undefined,
  ): Promise<
    | { outcome: 'made'; made: NewPush['snapshot']; objects: NewPush['objects'] }
    | Exclude<StorePushResult, { outcome: 'stored' }>
  > {
    const command = commands.find(({ name }) => name === MAIN_REF);
    if (!command || command.to === null) return { outcome: 'made', made: undefined, objects: [] };
    const { db, config } = this.#needs;
    const [head, state] = [
      await getSnapshotHead(db, this.#owner, this.#project, 'latest'),
      await mainState(db, this.#owner, this.#project),
    ];
    // Saved since the pusher looked: their commit does not stand on it.
    if (state.outcome === 'behind') return { outcome: 'raced', names: [MAIN_REF] };
    const commit = await this.#commitOf(command.to, pack);
    if (!commit) return { outcome: 'refused', reason: 'missing necessary objects' };
    const pushed = await makePushedSnapshot(this, pack, {
      tree: commit.tree,
      head,
      entriesLimit: config.TREE_LIMIT_ENTRIES,
    });
    if (pushed.outcome === 'refused') return { outcome: 'refused', reason: `${pushed.reason}: no project can hold it` };
    return {
      outcome: 'made',
      objects: pushed.objects,
      made: {
        base: { revision: head?.revision ?? 0, commit: head?.commit ?? null },
        commit,
        aside: pushed.aside,
        kind: this.#kind,
        device: null,
        message: null,
        files: pushed.files,
        bytes: pushed.bytes,
      },
    };
  }

  /** From the pack where it was just sent, else from what the project has. */
  async #commitOf(
    oid: string,
    pack: PackReader | undefined,
  ): Promise<{ oid: string; tree: string; parents: readonly string[] } | undefined> {
    const packed = await pack?.read(oid);
    if (packed?.type === 'commit') {
      const { tree, parents } = readCommitLinks(packed.bytes);
      return { oid, tree, parents };
    }
    return (await getCommits(this.#needs.db, this.#project, [oid]))[0];
  }
}

/** Reasons in the words that git shows behind `! [remote rejected]`. */
function toStoreResult(result: RecordPushResult): StorePushResult {
  switch (result.outcome) {
    case 'recorded':
      return { outcome: 'stored' };
    case 'raced':
      return { outcome: 'raced', names: result.names.length > 0 ? result.names : [MAIN_REF] };
    case 'project-missing':
      return { outcome: 'refused', reason: 'no such project' };
    case 'incomplete':
      return { outcome: 'refused', reason: 'missing necessary objects' };
    case 'too-many-refs':
      return { outcome: 'refused', reason: 'the project has too many refs' };
    case 'conflict':
      return { outcome: 'refused', reason: `object ${result.oid} has other bytes here` };
    case 'blob-gone':
      return { outcome: 'refused', reason: 'failed to store objects: try again' };
  }
}
