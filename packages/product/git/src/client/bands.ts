import { GitError } from '../objects/git-error.ts';
import { BANDS, type PacketReader, packetText } from '../wire/pkt-line.ts';

/**
 * The bytes of the first band; what the second says is for people who are not there, what the third says is the end.
 */
export async function* readBands(reader: PacketReader): AsyncGenerator<Uint8Array> {
  for (let packet = await reader.read(); packet?.kind === 'data'; packet = await reader.read()) {
    const [band] = packet.bytes;
    const bytes = packet.bytes.subarray(1);
    if (band === BANDS.data) yield bytes;
    else if (band === BANDS.error)
      throw new GitError('bad-request', `the other server says: ${packetText(bytes).slice(0, 300)}`);
    else if (band !== BANDS.progress) throw new GitError('bad-packet', 'protocol error: bad band');
  }
}
