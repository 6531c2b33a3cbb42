import { encodePacket, FLUSH } from './pkt-line.ts';

/** Who answers, as git's own log shows it. */
export const AGENT = 'agent=slipway/1';

/** What the first line of v0's list of refs offers to who fetches (gitprotocol-capabilities(5)). */
export const UPLOAD_CAPABILITIES = [
  'multi_ack_detailed',
  'no-done',
  'side-band-64k',
  'thin-pack',
  'no-progress',
  'include-tag',
  'ofs-delta',
  'shallow',
  'deepen-since',
  'deepen-not',
  'deepen-relative',
  'allow-tip-sha1-in-want',
  'allow-reachable-sha1-in-want',
  'filter',
  'object-format=sha1',
  AGENT,
] as const;

/** Told to who pushes: a client uses nothing that is not in it. */
export const RECEIVE_CAPABILITIES = [
  'report-status',
  'delete-refs',
  'side-band-64k',
  'quiet',
  'atomic',
  'ofs-delta',
  'object-format=sha1',
  AGENT,
] as const;

/** What v2 offers (gitprotocol-v2(5)): each line is a command with what it can, or says something of the server. */
export const V2_CAPABILITIES = [
  'version 2',
  AGENT,
  'ls-refs=unborn',
  'fetch=shallow filter',
  'object-format=sha1',
] as const;

/** The answer to a first request in version 2: refs are asked for by a command of their own. */
export function advertiseV2(): Uint8Array {
  return Buffer.concat([...V2_CAPABILITIES.map((line) => encodePacket(`${line}\n`)), FLUSH]);
}

/** Capabilities that a client's first line asks for. */
export function parseCapabilities(text: string): ReadonlySet<string> {
  return new Set(text.split(' ').filter((name) => name !== ''));
}
