import { listRemotes, placeOf, sealedColumns } from '@slipway/db';
import { PACK_LIMITS, type RemoteTransport } from '@slipway/git';
import { ProjectRepository } from './project-repository.ts';
import { createRemoteTransport } from './remote-transport.ts';
import type { RemoteNeeds } from './remotes-route.ts';

/** A project's repository and another one that it knows by a name. */
export interface OpenedRemote {
  readonly repository: ProjectRepository;
  readonly transport: RemoteTransport;
}

/** Opens a remote with its credential, which goes to that server alone; `undefined` where the project has none such. */
export async function openRemote(
  needs: RemoteNeeds,
  { owner, project, name, signal }: { owner: string; project: string; name: string; signal: AbortSignal },
): Promise<OpenedRemote | undefined> {
  const remote = (await listRemotes(needs.db, owner, project)).find((one) => one.name === name);
  if (!remote) return undefined;
  const credential =
    remote.credential === null
      ? undefined
      : (JSON.parse(needs.secretBox.open(remote.credential, placeOf(sealedColumns.remoteCredential, remote.id))) as {
          username: string;
          password: string;
        });
  const transport = createRemoteTransport(needs.egress, remote.url, {
    credential,
    receivedBytes: PACK_LIMITS.packBytes + 16 * 1024 * 1024,
    signal,
  });
  const repository = new ProjectRepository(needs, { owner, project, actor: `remote ${name}`, kind: 'import' });
  return { repository, transport };
}
