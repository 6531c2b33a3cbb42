/** The frames of RFC 9113, 4 and 6, RFC 7838, 4 (ALTSVC) and RFC 8336 (ORIGIN). */
export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
  altsvc: 10,
  origin: 12,
} as const;

/** Flags of a frame; what a bit means depends on the type (RFC 9113, 6). */
export const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** Three bytes of length, type, flags, four of stream id (RFC 9113, 4.1); the length leaves these nine out. */
export const FRAME_HEADER_BYTES = 9;
/** RFC 9113, 4.2: every endpoint takes payloads of this size. */
export const MIN_MAX_FRAME_BYTES = 16_384;
/** RFC 9113, 3.4: a client’s first bytes. The text is chosen so that a server of HTTP/1.1 fails on it. */
export const CLIENT_MAGIC: Uint8Array = Uint8Array.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (letter) =>
  letter.charCodeAt(0),
);

/** RFC 9113, 4.1: length of the payload, type, flags, stream. */
export interface FrameHeader {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
}

/**
 * The caller has made sure that nine bytes are there. The top bit of the stream id is reserved and has to be
 * ignored (RFC 9113, 4.1).
 */
export function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader {
  return {
    length: (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!,
    type: bytes[at + 3]!,
    flags: bytes[at + 4]!,
    streamId: readUint32(bytes, at + 5) & 0x7fffffff,
  };
}

/**
 * For all frames but DATA, whose payload would be copied once more:
 * the sender puts it behind `encodeFrameHeader` instead.
 */
export function encodeFrame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  bytes.set(encodeFrameHeader(type, flags, streamId, payload.length));
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** The nine bytes before a payload of `length` bytes. */
export function encodeFrameHeader(type: number, flags: number, streamId: number, length: number): Uint8Array {
  return Uint8Array.of((length >> 16) & 255, (length >> 8) & 255, length & 255, type, flags, ...uint32(streamId));
}

/** HEADERS with padding (6.2); only for blocks that fit into one frame. */
export function encodePaddedHeaders(flags: number, streamId: number, block: Uint8Array, padding: number): Uint8Array {
  const payload = new Uint8Array(block.length + padding);
  // `padding` counts the length byte as well, the number in the frame does not.
  payload[0] = padding - 1;
  payload.set(block, 1);
  return encodeFrame(FrameType.headers, flags | Flag.padded | Flag.endHeaders, streamId, payload);
}

/** A header block as HEADERS or PUSH_PROMISE and as many CONTINUATION frames as it needs (6.10). */
export function encodeHeaderBlock(
  type: number,
  flags: number,
  streamId: number,
  block: Uint8Array,
  prefix: Uint8Array = new Uint8Array(),
): Uint8Array[] {
  // Always the smallest maximum: the peer's larger one would only delay other streams.
  const first = MIN_MAX_FRAME_BYTES - prefix.length;
  const payload = new Uint8Array(prefix.length + Math.min(first, block.length));
  payload.set(prefix);
  payload.set(block.subarray(0, first), prefix.length);
  const frames = [encodeFrame(type, flags | (block.length <= first ? Flag.endHeaders : 0), streamId, payload)];
  for (let at = first; at < block.length; at += MIN_MAX_FRAME_BYTES) {
    const last = at + MIN_MAX_FRAME_BYTES >= block.length;
    frames.push(
      encodeFrame(
        FrameType.continuation,
        last ? Flag.endHeaders : 0,
        streamId,
        block.subarray(at, at + MIN_MAX_FRAME_BYTES),
      ),
    );
  }
  return frames;
}

/** One parameter of a SETTINGS frame (RFC 9113, 6.5.1). */
export interface SettingEntry {
  readonly id: number;
  readonly value: number;
}

/** The payload of a SETTINGS frame: six bytes an entry. */
export function encodeSettings(entries: readonly SettingEntry[]): Uint8Array {
  return Uint8Array.from(entries.flatMap(({ id, value }) => [id >> 8, id & 255, ...uint32(value)]));
}

/** Big-endian; `>>> 0` undoes the sign that a set top bit gives in JavaScript. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Big-endian, for values of 0 to 2^32 - 1: what is above is cut off. */
export function uint32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** One byte a character; what is above 0xff loses its upper bits. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 255);
}

/** One character a byte. In slices: as arguments of one call a long text would overflow the stack. */
export function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
