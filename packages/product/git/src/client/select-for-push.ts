import type { Oid } from '../objects/oid.ts';
import { emptyFetchRequest } from '../serve/fetch-request.ts';
import type { FetchRepository } from '../serve/repository.ts';
import { type Selection, VisibleRepository } from '../serve/select-objects.ts';

/** What a repository that has `theirs` lacks of `wants`. Of theirs only what we know as well is looked at. */
export async function selectForPush(
  repository: FetchRepository,
  wants: readonly Oid[],
  theirs: readonly Oid[],
  signal?: AbortSignal,
): Promise<Selection & { descends: (from: Oid, to: Oid) => boolean }> {
  const visible = await VisibleRepository.open(repository, signal);
  const request = { ...emptyFetchRequest(), haves: [...theirs], thin: true, ofsDelta: true };
  const checked = await visible.checkWants(wants);
  const selection = await visible.select(request, checked, await visible.shallowFor(request, checked));
  return { ...selection, descends: (from, to) => visible.graph.reach([to]).has(from) };
}
