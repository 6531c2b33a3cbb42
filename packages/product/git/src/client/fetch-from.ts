import { GitError } from '../objects/git-error.ts';
import type { Oid } from '../objects/oid.ts';
import { AGENT } from '../wire/capabilities.ts';
import { encodePacket, FLUSH, PacketReader, packetText } from '../wire/pkt-line.ts';
import { readBands } from './bands.ts';
import type { RemoteTransport } from './remote-transport.ts';

/** The pack of all that `wants` lead to and `haves` do not, as it comes. */
export async function* fetchFrom(
  transport: RemoteTransport,
  { wants, haves = [] }: { wants: readonly Oid[]; haves?: readonly Oid[] },
): AsyncGenerator<Uint8Array> {
  const [first, ...rest] = new Set(wants);
  if (first === undefined) throw new Error('Cannot fetch: nothing is wanted');
  const request = Buffer.concat([
    encodePacket(`want ${first} side-band-64k ofs-delta ${AGENT}\n`),
    ...rest.map((oid) => encodePacket(`want ${oid}\n`)),
    FLUSH,
    ...haves.map((oid) => encodePacket(`have ${oid}\n`)),
    encodePacket('done\n'),
  ]);
  const reader = new PacketReader(await transport.post('git-upload-pack', once(request)));
  try {
    const answer = await reader.read();
    const said = answer?.kind === 'data' ? packetText(answer.bytes) : '';
    if (said !== 'NAK' && !said.startsWith('ACK '))
      throw new GitError('bad-request', `the other server says: ${said.slice(0, 300)}`);
    yield* readBands(reader);
  } finally {
    await reader.close();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
