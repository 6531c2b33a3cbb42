import { GitError } from '../objects/git-error.ts';
import { type Oid, parseOid, ZERO_OID } from '../objects/oid.ts';
import { parseCapabilities } from '../wire/capabilities.ts';
import { type PacketReader, packetText } from '../wire/pkt-line.ts';

/** What one ref is to become; `null` stands for "no ref". */
export interface RefCommand {
  name: string;
  from: Oid | null;
  to: Oid | null;
}

/** The commands up to the flush; the pack follows in the same stream. */
export interface PushRequest {
  commands: RefCommand[];
  capabilities: ReadonlySet<string>;
}

/** A push of more is refused before its pack is read. */
export const COMMANDS_LIMIT = 10_000;

const COMMAND = /^([0-9a-f]{40}) ([0-9a-f]{40}) ([^\0]{1,4000})$/;

/** Reads the commands of a push, up to the flush behind them. A bare flush is a probe: no command. */
export async function readPushRequest(reader: PacketReader): Promise<PushRequest> {
  const commands: RefCommand[] = [];
  let capabilities: ReadonlySet<string> = new Set();
  let shallow = 0;
  for (let packet = await reader.read(); packet?.kind === 'data'; packet = await reader.read()) {
    const raw = packetText(packet.bytes);
    const nul = commands.length === 0 ? raw.indexOf('\0') : -1;
    const line = nul === -1 ? raw : raw.slice(0, nul);
    if (nul !== -1) capabilities = parseCapabilities(raw.slice(nul + 1));
    if (line.startsWith('shallow ')) {
      // Where the sender's history ends matters not: what its commits lead to must be here already.
      parseOid(line.slice('shallow '.length));
      if (++shallow > 10 * COMMANDS_LIMIT) throw new GitError('too-large', 'push has too many shallow lines');
      continue;
    }
    const [, from, to, name] = COMMAND.exec(line) ?? [];
    if (from === undefined || to === undefined || name === undefined)
      throw new GitError('bad-request', `protocol error: expected old/new/ref, got '${line.slice(0, 200)}'`);
    if (commands.length >= COMMANDS_LIMIT)
      throw new GitError('too-large', `push moves more than ${COMMANDS_LIMIT} refs`);
    commands.push({ name, from: from === ZERO_OID ? null : from, to: to === ZERO_OID ? null : to });
  }
  return { commands, capabilities };
}
