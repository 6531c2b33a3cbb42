import {
  fetchFrom,
  GitError,
  PACK_LIMITS,
  PackReader,
  type PackSpool,
  readRemoteRefs,
  receiveSpool,
  type RefCommand,
  type RemoteTransport,
} from '@slipway/git';
import { MAIN_REF } from './advance-main.ts';
import type { ProjectRepository } from './project-repository.ts';

/** `refs`: how many came. `refused`: in git's words, such as for a path that no project can hold. */
export type ImportResult =
  | { outcome: 'imported'; refs: number; commit: string }
  | { outcome: 'not-empty' }
  | { outcome: 'empty-remote' }
  | { outcome: 'refused'; reason: string };

/**
 * Fills an empty project from another repository: its branches and tags, and as `main` the branch that its HEAD names.
 * All or nothing, like a push.
 */
export async function importRemote(
  repository: ProjectRepository,
  transport: RemoteTransport,
  { spool, signal }: { spool: PackSpool; signal: AbortSignal },
): Promise<ImportResult> {
  if (!(await repository.isEmpty())) return { outcome: 'not-empty' };
  const { refs, head = MAIN_REF } = await readRemoteRefs(transport, 'git-upload-pack');
  const taken = refs.filter(({ name }) => /^refs\/(heads|tags)\//.test(name));
  const first = taken.find(({ name }) => name === head) ?? taken.find(({ name }) => name.startsWith('refs/heads/'));
  if (!first) return { outcome: 'empty-remote' };
  await receiveSpool(fetchFrom(transport, { wants: taken.map(({ oid }) => oid) }), spool, PACK_LIMITS);
  const pack = new PackReader(spool, { signal });
  await pack.index();
  const commands: RefCommand[] = taken
    .filter(({ name }) => name !== MAIN_REF)
    .map(({ name, oid }) => ({ name, from: null, to: oid }));
  commands.push({ name: MAIN_REF, from: null, to: first.oid });
  for (const { to } of commands)
    if (to === null || pack.typeOf(to) === undefined)
      throw new GitError('bad-pack', 'the other server did not send what it lists');
  const stored = await repository.storePush(commands, pack);
  switch (stored.outcome) {
    case 'stored':
      return { outcome: 'imported', refs: commands.length, commit: first.oid };
    case 'raced':
      return { outcome: 'not-empty' };
    case 'refused':
      return stored;
  }
}
