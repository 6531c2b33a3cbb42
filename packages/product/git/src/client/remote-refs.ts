import { GitError } from '../objects/git-error.ts';
import { isOid } from '../objects/oid.ts';
import { isRefName } from '../objects/ref-name.ts';
import type { Service } from '../serve/list-refs.ts';
import type { RepositoryRef } from '../serve/repository.ts';
import { parseCapabilities } from '../wire/capabilities.ts';
import { PacketReader, packetText } from '../wire/pkt-line.ts';
import type { RemoteTransport } from './remote-transport.ts';

/** What another server says of itself first. */
export interface RemoteRefs {
  refs: RepositoryRef[];
  /** The ref that HEAD names, where the server says so. */
  head: string | undefined;
  capabilities: ReadonlySet<string>;
}

/** More refs are no repository that anybody wants here. */
const REFS_LIMIT = 10_000;

/** Asks for the refs of another repository. Names that git forbids are left out. */
export async function readRemoteRefs(transport: RemoteTransport, service: Service): Promise<RemoteRefs> {
  const reader = new PacketReader(await transport.list(service));
  try {
    const first = await reader.read();
    if (first?.kind !== 'data' || packetText(first.bytes) !== `# service=${service}`)
      throw new GitError('bad-request', 'the other server speaks no smart protocol of git');
    await reader.read();
    const refs: RepositoryRef[] = [];
    let capabilities: ReadonlySet<string> = new Set();
    for (let packet = await reader.read(); packet?.kind === 'data'; packet = await reader.read()) {
      const line = packetText(packet.bytes);
      if (line.startsWith('ERR ')) throw new GitError('bad-request', `the other server says: ${line.slice(4, 300)}`);
      const [ref = '', offered] = line.split('\0');
      if (offered !== undefined) capabilities = parseCapabilities(offered);
      const [oid = '', name = ''] = ref.split(' ');
      if (!isOid(oid) || !isRefName(name) || !name.startsWith('refs/')) continue;
      if (refs.length >= REFS_LIMIT)
        throw new GitError('too-large', `the other repository has more than ${REFS_LIMIT} refs`);
      refs.push({ name, oid });
    }
    const symref = [...capabilities].find((capability) => capability.startsWith('symref=HEAD:'));
    return { refs, head: symref?.slice('symref=HEAD:'.length), capabilities };
  } finally {
    await reader.close();
  }
}
