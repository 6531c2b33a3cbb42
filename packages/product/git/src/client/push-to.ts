import { GitError } from '../objects/git-error.ts';
import { ZERO_OID } from '../objects/oid.ts';
import type { RefCommand } from '../serve/push-request.ts';
import { AGENT } from '../wire/capabilities.ts';
import { encodePacket, FLUSH, PacketReader, packetText } from '../wire/pkt-line.ts';
import { readBands } from './bands.ts';
import type { RemoteTransport } from './remote-transport.ts';

/** What the other server made of a push: for each ref, why not, or `undefined` where it moved. */
export type PushReport = ReadonlyMap<string, string | undefined>;

/** Pushes to another server. The commands bring no deletion, so a pack always goes along. */
export async function pushTo(
  transport: RemoteTransport,
  commands: readonly RefCommand[],
  pack: AsyncIterable<Uint8Array>,
): Promise<PushReport> {
  const reader = new PacketReader(await transport.post('git-receive-pack', request(commands, pack)));
  try {
    const report = new PacketReader(readBands(reader));
    const result = new Map<string, string | undefined>();
    let unpacked: string | undefined;
    for (let packet = await report.read(); packet?.kind === 'data'; packet = await report.read()) {
      const line = packetText(packet.bytes);
      const [, word, name, reason] = /^(unpack|ok|ng) (\S+)(?: (.*))?$/.exec(line) ?? [];
      if (word === 'unpack') unpacked = line.slice('unpack '.length);
      else if (word === 'ok' && name !== undefined) result.set(name, undefined);
      else if (word === 'ng' && name !== undefined) result.set(name, reason ?? 'refused');
    }
    if (unpacked !== 'ok')
      throw new GitError(
        'bad-request',
        `the other server did not take the pack: ${(unpacked ?? 'no report').slice(0, 300)}`,
      );
    return result;
  } finally {
    await reader.close();
  }
}

async function* request(commands: readonly RefCommand[], pack: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const lines = commands.map(({ name, from, to }) => `${from ?? ZERO_OID} ${to ?? ZERO_OID} ${name}`);
  const [first = '', ...rest] = lines;
  yield Buffer.concat([
    encodePacket(`${first}\0 report-status side-band-64k ofs-delta ${AGENT}`),
    ...rest.map((line) => encodePacket(line)),
    FLUSH,
  ]);
  yield* pack;
}
