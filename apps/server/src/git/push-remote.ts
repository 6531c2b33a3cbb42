import { pushTo, readRemoteRefs, type RemoteTransport, selectForPush, writePack } from '@slipway/git';
import type { ProjectRepository } from './project-repository.ts';

/**
 * `unchanged`: the other side had the commit already. `refused` in its own words, or `fetch first` where it
 * has gone on.
 */
export type PushRemoteResult =
  | { outcome: 'pushed' | 'unchanged'; commit: string; reason: null }
  | { outcome: 'refused'; commit: string; reason: string }
  | { outcome: 'no-branch' };

/** Pushes one branch to another repository, never back. */
export async function pushRemote(
  repository: ProjectRepository,
  transport: RemoteTransport,
  { branch, signal }: { branch: string; signal: AbortSignal },
): Promise<PushRemoteResult> {
  const name = `refs/heads/${branch}`;
  const commit = (await repository.refs()).find((ref) => ref.name === name)?.oid;
  if (commit === undefined) return { outcome: 'no-branch' };
  const { refs } = await readRemoteRefs(transport, 'git-receive-pack');
  const from = refs.find((ref) => ref.name === name)?.oid ?? null;
  if (from === commit) return { outcome: 'unchanged', commit, reason: null };
  const chosen = await selectForPush(
    repository,
    [commit],
    refs.map(({ oid }) => oid),
    signal,
  );
  if (from !== null && !chosen.descends(from, commit)) return { outcome: 'refused', commit, reason: 'fetch first' };
  const pack = writePack(chosen.oids.length, repository.pack(chosen.oids, chosen.usable), { ofsDelta: true });
  const report = await pushTo(transport, [{ name, from, to: commit }], pack);
  const reason = report.has(name) ? report.get(name) : 'the other server says nothing of it';
  return reason === undefined ? { outcome: 'pushed', commit, reason: null } : { outcome: 'refused', commit, reason };
}
