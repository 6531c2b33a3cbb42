import { describe, expect, it } from 'vitest';
import { encodeRelayFrame, parseRelayFrame, RELAY_PIECE_BYTES, type RelayFrame } from './relay.ts';

const frames: RelayFrame[] = [
  { type: 'connect', stream: 1, tls: false, host: 'db.example.org', port: 5432 },
  { type: 'connect', stream: 0xffffffff, tls: true, host: '[2001:db8::1]', port: 65_535 },
  { type: 'data', stream: 7, bytes: new Uint8Array([0, 255, 1]) },
  { type: 'continue', stream: 7, frames: 64 },
  { type: 'data', stream: 7, bytes: new Uint8Array() },
  { type: 'close', stream: 7, reason: 0x44 },
];

describe('frames of the relay', () => {
  it('TC-08 come back as they were', () => {
    for (const frame of frames) expect(parseRelayFrame(encodeRelayFrame(frame))).toEqual(frame);
  });

  it('TC-08 are as Wisp 1 lays them out', () => {
    expect([...encodeRelayFrame(frames[0]!)].slice(0, 8)).toEqual([1, 1, 0, 0, 0, 1, 0x38, 0x15]);
    expect([...encodeRelayFrame(frames[3]!)]).toEqual([3, 7, 0, 0, 0, 64, 0, 0, 0]);
  });

  it('TC-08 that lie about their kind, port, host or size are none', () => {
    const connect = (kind: number, port: number, host: string) =>
      new Uint8Array([1, 1, 0, 0, 0, kind, port & 255, port >> 8, ...new TextEncoder().encode(host)]);
    expect(parseRelayFrame(connect(1, 80, 'a'))).toBeDefined();
    for (const bytes of [
      new Uint8Array(),
      new Uint8Array([9, 1, 0, 0, 0, 1]),
      new Uint8Array([3, 1, 0, 0, 0, 1]),
      new Uint8Array([4, 1, 0, 0, 0, 1, 1]),
      new Uint8Array(6 + RELAY_PIECE_BYTES).fill(2, 0, 1),
      connect(2, 80, 'udp.example.org'),
      connect(1, 0, 'a'),
      connect(1, 80, ''),
      connect(1, 80, 'a b'),
      connect(1, 80, 'ä.example.org'),
      connect(1, 80, 'a'.repeat(254)),
    ])
      expect(parseRelayFrame(bytes), String(bytes.slice(0, 12))).toBeUndefined();
  });
});
