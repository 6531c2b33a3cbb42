import { readCommitLinks } from '../objects/commit.ts';
import type { GitObject } from '../objects/git-object.ts';
import type { Oid } from '../objects/oid.ts';
import type { PackReader } from '../packs/pack-reader.ts';
import { type PackItem, packItem } from '../packs/pack-writer.ts';
import type { RefCommand } from '../serve/push-request.ts';
import { HIDDEN_REFS } from '../serve/push-rules.ts';
import type { PushRepository, StorePushResult } from '../serve/receive-pack.ts';
import type { CommitNode, RepositoryRef } from '../serve/repository.ts';

/** A repository of maps. Deltas are kept as they came. */
export class MemoryRepository implements PushRepository {
  readonly head = 'refs/heads/main';
  readonly objects = new Map<Oid, GitObject>();
  readonly names = new Map<string, Oid>();
  readonly #deltas = new Map<Oid, { z: Uint8Array; base: Oid; size: number }>();
  /** Runs before a push is stored, as another push would. */
  beforeStore: (() => void) | undefined;

  refs(): Promise<RepositoryRef[]> {
    const refs = [...this.names]
      .map(([name, oid]) => ({ name, oid }))
      .filter(({ name }) => !name.startsWith(HIDDEN_REFS));
    return Promise.resolve(refs.sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  read(oids: readonly Oid[]): Promise<Map<Oid, GitObject>> {
    const found = new Map<Oid, GitObject>();
    for (const oid of oids) {
      const object = this.objects.get(oid);
      if (object) found.set(oid, object);
    }
    return Promise.resolve(found);
  }

  async heads(oids: readonly Oid[]) {
    return new Map(
      [...(await this.read(oids))].map(([oid, { type, bytes }]) => [oid, { type, size: bytes.length }] as const),
    );
  }

  history(from: readonly Oid[]): Promise<CommitNode[]> {
    const reached = new Set(from);
    const nodes: CommitNode[] = [];
    for (const oid of reached) {
      const object = this.objects.get(oid);
      if (object?.type !== 'commit') continue;
      const { tree, parents } = readCommitLinks(object.bytes);
      nodes.push({ oid, tree, parents });
      for (const parent of parents) reached.add(parent);
    }
    return Promise.resolve(nodes);
  }

  async *pack(oids: readonly Oid[], usable: (base: Oid) => boolean): AsyncGenerator<PackItem> {
    for (const oid of oids) {
      await Promise.resolve();
      const object = this.objects.get(oid);
      if (!object) throw new Error(`Cannot pack ${oid}: it is not there`);
      const delta = this.#deltas.get(oid);
      if (delta && usable(delta.base)) yield { oid, type: object.type, ...delta };
      else yield packItem(oid, object.type, object.bytes);
    }
  }

  async storePush(commands: readonly RefCommand[], pack: PackReader | undefined): Promise<StorePushResult> {
    this.beforeStore?.();
    const raced = commands.filter(({ name, from }) => (this.names.get(name) ?? null) !== from);
    if (raced.length > 0) return { outcome: 'raced', names: raced.map(({ name }) => name) };
    for await (const { oid, type, bytes, z, base, deltaBytes } of pack?.objects() ?? []) {
      if (this.objects.has(oid)) continue;
      this.objects.set(oid, { type, bytes });
      if (base !== undefined) this.#deltas.set(oid, { z, base, size: deltaBytes });
    }
    for (const { name, to } of commands) {
      if (to === null) this.names.delete(name);
      else this.names.set(name, to);
    }
    return { outcome: 'stored' };
  }
}
