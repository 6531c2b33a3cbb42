/**
 * What two ends of a loopback connection tell each other in place of a TLS
 * handshake: which name is asked for and which protocol is spoken (ALPN, RFC
 * 7301). The bytes begin like a TLS record, so that neither HTTP nor HTTP/2 can
 * be mistaken for them:
 *
 *   16 03 01  'S' 'L' 'W'  <1 client | 2 server>  <length, 2 bytes>  JSON
 */
const MAGIC = Uint8Array.of(0x16, 0x03, 0x01, 0x53, 0x4c, 0x57);
const HEADER_BYTES = MAGIC.length + 3;
// Taken before lib puts its own in place.
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const Side = { client: 1, server: 2 } as const;

/** What a client says first: the name it wants (SNI) and the protocols it speaks, best first (ALPN). */
export interface ClientHello {
  readonly serverName: string | null;
  readonly protocols: readonly string[];
}

/** The answer that ends the handshake; there is no third message. */
export interface ServerHello {
  /** `false` where none was agreed on. */
  readonly protocol: string | false;
  /** The server refuses: it speaks none of the protocols. */
  readonly refused: boolean;
}

/** `more` bytes are needed; `none` is no hello at all. */
export type HelloRead<T> =
  | { kind: 'more' }
  | { kind: 'none' }
  | { kind: 'hello'; hello: T; rest: Uint8Array<ArrayBuffer> };

/** Must go out before anything else on the connection; `readClientHello` at the other end takes it off again. */
export const encodeClientHello = (hello: ClientHello): Uint8Array => encode(Side.client, hello);
/** The answer to a client's hello, in front of the server's first byte. */
export const encodeServerHello = (hello: ServerHello): Uint8Array => encode(Side.server, hello);

/** Reads a client's hello; a peer without TLS of ours sends none. */
export function readClientHello(bytes: Uint8Array<ArrayBuffer>): HelloRead<ClientHello> {
  return read(bytes, Side.client, (value) => {
    const { serverName, protocols } = value as Record<string, unknown>;
    return {
      serverName: typeof serverName === 'string' ? serverName : null,
      protocols: Array.isArray(protocols) ? protocols.map(String) : [],
    };
  });
}

/** Reads a server's hello; a peer without TLS of ours sends none. */
export function readServerHello(bytes: Uint8Array<ArrayBuffer>): HelloRead<ServerHello> {
  return read(bytes, Side.server, (value) => {
    const { protocol, refused } = value as Record<string, unknown>;
    return { protocol: typeof protocol === 'string' ? protocol : false, refused: refused === true };
  });
}

/** ProtocolNameList (RFC 7301, 3.1): a length byte before each name. Names are bytes, kept as latin1 text. */
export function parseProtocolList(bytes: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += 1 + bytes[at]!)
    names.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + bytes[at]!)));
  return names;
}

/** ProtocolNameList in wire form (RFC 7301, 3.1). */
export function encodeProtocolList(names: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(names.flatMap((name) => [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0))]));
}

function encode(side: number, hello: object): Uint8Array {
  const json = encoder.encode(JSON.stringify(hello));
  const bytes = new Uint8Array(HEADER_BYTES + json.length);
  bytes.set(MAGIC);
  bytes.set([side, json.length >> 8, json.length & 255], MAGIC.length);
  bytes.set(json, HEADER_BYTES);
  return bytes;
}

function read<T>(bytes: Uint8Array<ArrayBuffer>, side: number, parse: (value: unknown) => T): HelloRead<T> {
  const start = [...MAGIC, side];
  // A prefix that fits so far may still become a hello, so too few bytes are `more`.
  for (let at = 0; at < Math.min(start.length, bytes.length); at++)
    if (bytes[at] !== start[at]) return { kind: 'none' };
  if (bytes.length < HEADER_BYTES) return { kind: 'more' };
  // At most 65,535: a peer cannot make us wait for more.
  const length = (bytes[MAGIC.length + 1]! << 8) | bytes[MAGIC.length + 2]!;
  if (bytes.length < HEADER_BYTES + length) return { kind: 'more' };
  const text = decoder.decode(bytes.slice(HEADER_BYTES, HEADER_BYTES + length));
  return { kind: 'hello', hello: parse(JSON.parse(text)), rest: bytes.subarray(HEADER_BYTES + length) };
}
