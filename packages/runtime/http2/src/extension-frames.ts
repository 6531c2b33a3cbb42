import { latin1Text } from './frames.ts';

/** ALTSVC (RFC 7838, 4): length of the origin, origin, value. `undefined` where the origin is longer than the frame. */
export function readAltsvc(payload: Uint8Array): { origin: string; value: string } | undefined {
  const originLength = (payload[0]! << 8) | payload[1]!;
  if (payload.length < 2 || 2 + originLength > payload.length) return undefined;
  return {
    origin: latin1Text(payload.subarray(2, 2 + originLength)),
    value: latin1Text(payload.subarray(2 + originLength)),
  };
}

/** ORIGIN (RFC 8336, 2.1): lengths and origins in turn, empty ones left out. `undefined` where one is cut off. */
export function readOrigins(payload: Uint8Array): string[] | undefined {
  const origins: string[] = [];
  for (let at = 0; at < payload.length;) {
    const length = (payload[at]! << 8) | payload[at + 1]!;
    at += 2;
    if (at + length > payload.length) return undefined;
    if (length > 0) origins.push(latin1Text(payload.subarray(at, at + length)));
    at += length;
  }
  return origins;
}
