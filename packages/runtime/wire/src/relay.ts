import * as z from 'zod';

/**
 * The relay's line: many connections over one WebSocket, framed as Wisp 1 frames them (its specification, "Packets").
 * What differs, and the subprotocol's name says:
 *
 *   - a third kind of stream, TLS: the relay speaks it, since the bytes of a container's TLS sockets are plain
 *   - CONTINUE goes both ways and adds to what may be sent; the relay's first one for a stream says that it is open
 *   - DATA without bytes ends one direction, as FIN does; CLOSE ends both
 *
 * Frames are little-endian: type u8, stream u32, payload. One frame is one binary message.
 */

/** POST to a runtime host, from its own page, with the mirror's pass: a ticket for the relay's WebSocket. */
export const RELAY_TICKET_PATH = '/__slip/relay-ticket';
/** A ticket, good once. */
export const relayTicketResponse = z.object({ ticket: z.string().max(128) });
/** Where that WebSocket is opened, on the same host. */
export const RELAY_PATH = '/__slip/relay';
/** First of its subprotocols; the ticket is the second. */
export const RELAY_PROTOCOL = 'slipway-relay.1';
/** As `host` of a connection that is meant for the operator's MongoDB (RN-14); no name server has such a name. */
export const RELAY_MONGO = 'run.mongo.invalid';

/** Numbers of Wisp, on which other implementations agree, too. */
export const RelayFrameType = { connect: 1, data: 2, continue: 3, close: 4 } as const;
/** Stream types of CONNECT; Wisp's own 2 is UDP, which this relay has not. */
export const RelayStreamType = { tcp: 1, tls: 0x81 } as const;
/** Reasons of CLOSE, as Wisp numbers them. */
export const RelayCloseReason = {
  unspecified: 1,
  voluntary: 2,
  network: 3,
  invalid: 0x41,
  unreachable: 0x42,
  timeout: 0x43,
  refused: 0x44,
  idle: 0x47,
  blocked: 0x48,
  throttled: 0x49,
} as const;

/** Frames of one stream that may be under way, each way, before the receiver says CONTINUE. */
export const RELAY_WINDOW = 32;
/** Of a DATA frame, without its head. */
export const RELAY_PIECE_BYTES = 16 * 1024;
/** Bytes before the payload. */
const HEAD = 5;
/** A host name has 253 characters at most (RFC 1035, 2.3.4). */
const MAX_HOST = 253;

/** `parseRelayFrame` gives undefined for anything else. */
export type RelayFrame =
  | {
      readonly type: 'connect';
      readonly stream: number;
      readonly tls: boolean;
      readonly host: string;
      readonly port: number;
    }
  /** No bytes: there will be none. */
  | { readonly type: 'data'; readonly stream: number; readonly bytes: Uint8Array }
  /** So many frames of data more may be sent. */
  | { readonly type: 'continue'; readonly stream: number; readonly frames: number }
  | { readonly type: 'close'; readonly stream: number; readonly reason: number };

/** One byte of type, the stream's number in little endian, then what the type needs. */
export function encodeRelayFrame(frame: RelayFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'connect': {
      const host = new TextEncoder().encode(frame.host);
      const { bytes, view } = begin(RelayFrameType.connect, frame.stream, 3 + host.length);
      view.setUint8(HEAD, frame.tls ? RelayStreamType.tls : RelayStreamType.tcp);
      view.setUint16(HEAD + 1, frame.port, true);
      bytes.set(host, HEAD + 3);
      return bytes;
    }
    case 'data': {
      const { bytes } = begin(RelayFrameType.data, frame.stream, frame.bytes.length);
      bytes.set(frame.bytes, HEAD);
      return bytes;
    }
    case 'continue': {
      const { bytes, view } = begin(RelayFrameType.continue, frame.stream, 4);
      view.setUint32(HEAD, frame.frames, true);
      return bytes;
    }
    case 'close': {
      const { bytes } = begin(RelayFrameType.close, frame.stream, 1);
      bytes[HEAD] = frame.reason;
      return bytes;
    }
  }
}

/** A message of the line; undefined for what is no frame: the line is to be ended then. Data is a view, not a copy. */
export function parseRelayFrame(message: Uint8Array): RelayFrame | undefined {
  if (message.length < HEAD) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const stream = view.getUint32(1, true);
  const payload = message.subarray(HEAD);
  switch (view.getUint8(0)) {
    case RelayFrameType.connect: {
      if (payload.length < 4 || payload.length > 3 + MAX_HOST) return undefined;
      const kind = view.getUint8(HEAD);
      const port = view.getUint16(HEAD + 1, true);
      const host = new TextDecoder().decode(payload.subarray(3));
      if ((kind !== RelayStreamType.tcp && kind !== RelayStreamType.tls) || port === 0) return undefined;
      // Printable ASCII alone: names of other scripts come in their own encoding (RFC 5891).
      if (!/^[!-~]+$/.test(host)) return undefined;
      return { type: 'connect', stream, tls: kind === RelayStreamType.tls, host, port };
    }
    case RelayFrameType.data:
      if (payload.length > RELAY_PIECE_BYTES) return undefined;
      return { type: 'data', stream, bytes: payload };
    case RelayFrameType.continue:
      if (payload.length !== 4) return undefined;
      return { type: 'continue', stream, frames: view.getUint32(HEAD, true) };
    case RelayFrameType.close:
      return payload.length === 1 ? { type: 'close', stream, reason: payload[0]! } : undefined;
    default:
      return undefined;
  }
}

function begin(type: number, stream: number, payload: number): { bytes: Uint8Array<ArrayBuffer>; view: DataView } {
  const bytes = new Uint8Array(HEAD + payload);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, stream, true);
  return { bytes, view };
}
