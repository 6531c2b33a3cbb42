import { describe, expect, it } from 'vitest';
import { LibError, libErrorText, toErrorCode } from './errors.ts';
import { readAltsvc, readOrigins } from './extension-frames.ts';
import { ReceiveWindow } from './flow-window.ts';
import {
  CLIENT_MAGIC,
  encodeFrame,
  encodeHeaderBlock,
  encodePaddedHeaders,
  encodeSettings,
  Flag,
  FRAME_HEADER_BYTES,
  FrameType,
  latin1Bytes,
  latin1Text,
  MIN_MAX_FRAME_BYTES,
  readFrameHeader,
  readUint32,
} from './frames.ts';
import { RateLimit } from './rate-limit.ts';
import { unpad } from './unpad.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('frames (RFC 9113, 4.1)', () => {
  it('the client begins as RFC 9113, 3.4 has it', () =>
    expect(hex(CLIENT_MAGIC)).toBe('505249202a20485454502f322e300d0a0d0a534d0d0a0d0a'));

  it.each([
    ['an empty SETTINGS', encodeFrame(FrameType.settings, 0, 0), '000000040000000000'],
    ['its acknowledgement', encodeFrame(FrameType.settings, Flag.ack, 0), '000000040100000000'],
    [
      'a PING',
      encodeFrame(FrameType.ping, 0, 0, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)),
      '0000080600000000000102030405060708',
    ],
    [
      'RST_STREAM of the highest stream',
      encodeFrame(FrameType.rstStream, 0, 0x7fffffff, Uint8Array.of(0, 0, 0, 8)),
      '00000403007fffffff00000008',
    ],
    [
      'SETTINGS of 65535',
      encodeFrame(FrameType.settings, 0, 0, encodeSettings([{ id: 4, value: 65_535 }])),
      '00000604000000000000040000ffff',
    ],
    ['SETTINGS of the largest number', encodeSettings([{ id: 0x0103, value: 0xffffffff }]), '0103ffffffff'],
  ])('%s', (_title, frame, expected) => expect(hex(frame)).toBe(expected));

  it('a header is read from anywhere, its reserved bit left out', () => {
    const bytes = Buffer.from(`aaaa${'ffffff'}0925${'ffffffff'}`, 'hex');
    expect(readFrameHeader(bytes, 2)).toEqual({ length: 0xffffff, type: 9, flags: 0x25, streamId: 0x7fffffff });
  });

  it.each([0, 1, 0x7fffffff, 0x80000000, 0xffffffff])('%i goes through four bytes and back', (value) => {
    const [entry] = [encodeSettings([{ id: 1, value }])];
    expect(readUint32(entry!, 2)).toBe(value);
  });

  it('texts go byte by byte, long ones too', () => {
    const text = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code)).repeat(100);
    expect(latin1Text(latin1Bytes(text))).toBe(text);
  });
});

describe('header blocks (RFC 9113, 6.10)', () => {
  it.each([0, 1, MIN_MAX_FRAME_BYTES - 1, MIN_MAX_FRAME_BYTES, MIN_MAX_FRAME_BYTES + 1, 3 * MIN_MAX_FRAME_BYTES + 5])(
    'a block of %i bytes goes out whole, in frames that everybody takes, the last of which says so',
    (length) => {
      const block = Uint8Array.from({ length }, (_, index) => index & 0xff);
      const prefix = Uint8Array.of(0, 0, 0, 2);
      const frames = encodeHeaderBlock(FrameType.pushPromise, 0, 1, block, prefix);
      const headers = frames.map((frame) => readFrameHeader(frame, 0));
      expect(headers.map(({ type }) => type)).toEqual([
        FrameType.pushPromise,
        ...headers.slice(1).map(() => FrameType.continuation),
      ]);
      expect(headers.every(({ length: size }) => size <= MIN_MAX_FRAME_BYTES)).toBe(true);
      expect(headers.map(({ flags }) => (flags & Flag.endHeaders) !== 0)).toEqual(
        headers.map((_, index) => index === headers.length - 1),
      );
      const payload = Buffer.concat(frames.map((frame) => frame.subarray(FRAME_HEADER_BYTES)));
      expect(hex(payload.subarray(0, 4))).toBe('00000002');
      expect(payload.subarray(4).equals(block)).toBe(true);
    },
  );

  it('padding is taken off again', () => {
    const block = Uint8Array.of(1, 2, 3);
    for (const padding of [1, 2, 256]) {
      const frame = encodePaddedHeaders(0, 1, block, padding) as Uint8Array<ArrayBuffer>;
      const header = readFrameHeader(frame, 0);
      expect(header.length).toBe(block.length + padding);
      expect([...(unpad(header, frame.subarray(FRAME_HEADER_BYTES)) ?? [])]).toEqual([1, 2, 3]);
    }
  });

  it.each([
    ['no byte of padding length', [], false],
    ['as much padding as frame', [1], false],
    ['more padding than frame', [9, 0], false],
    ['nothing but padding', [1, 0], true],
  ] as const)('%s', (_title, payload, good) => {
    const header = { length: payload.length, type: 0, flags: Flag.padded, streamId: 1 };
    expect(unpad(header, Uint8Array.from(payload)) !== undefined).toBe(good);
  });
});

describe('frames of extensions', () => {
  const text = (value: string): number[] => [...Buffer.from(value)];
  it('ALTSVC has an origin and a value (RFC 7838, 4)', () => {
    expect(readAltsvc(Uint8Array.from([0, 3, ...text('a:1'), ...text('h2=":8"')]))).toEqual({
      origin: 'a:1',
      value: 'h2=":8"',
    });
    expect(readAltsvc(Uint8Array.from([0, 0, ...text('clear')]))).toEqual({ origin: '', value: 'clear' });
  });

  it.each([[[]], [[0]], [[0, 1]], [[255, 255, 1, 2]]])('ALTSVC of %j is cut off', (payload) =>
    expect(readAltsvc(Uint8Array.from(payload))).toBeUndefined(),
  );

  it('ORIGIN lists origins, empty ones left out (RFC 8336, 2.1)', () => {
    expect(readOrigins(Uint8Array.from([0, 1, 97, 0, 0, 0, 2, 98, 99]))).toEqual(['a', 'bc']);
    expect(readOrigins(new Uint8Array())).toEqual([]);
  });

  it.each([[[0, 1]], [[0, 2, 97]], [[0, 1, 97, 1, 0]], [[0]]])('ORIGIN of %j is cut off', (payload) =>
    expect(readOrigins(Uint8Array.from(payload))).toBeUndefined(),
  );
});

describe('a receive window (RFC 9113, 6.9)', () => {
  it('takes what was promised to the last byte, and not one more', () => {
    const window = new ReceiveWindow(10);
    expect([window.take(4), window.take(6), window.take(1), window.take(0)]).toEqual([true, true, false, true]);
  });

  it('is given back by halves', () => {
    const window = new ReceiveWindow(10);
    window.take(10);
    expect([window.consume(4), window.consume(1), window.consume(4), window.consume(1)]).toEqual([0, 5, 0, 5]);
    expect(window.take(10)).toBe(true);
  });

  it('never gives back more than came', () => {
    const window = new ReceiveWindow(10);
    window.take(6);
    expect(window.consume(100)).toBe(6);
    expect(window.consume(0)).toBe(0);
  });

  it('one that grows tells by how much; one that shrinks withholds it until as much was used', () => {
    const window = new ReceiveWindow(10);
    expect(window.resize(25)).toBe(15);
    expect(window.resize(5)).toBe(0);
    // The peer may still send the 25 it was promised.
    expect(window.take(25)).toBe(true);
    expect(window.take(1)).toBe(false);
    expect(window.consume(25)).toBe(5);
  });
});

describe('an allowance by the second', () => {
  it('is spent at once, and comes back by whole seconds up to where it began', () => {
    let now = 500;
    const limit = new RateLimit(3, 2, () => now);
    const take = (count: number): boolean[] => Array.from({ length: count }, () => limit.take());
    expect(take(4)).toEqual([true, true, true, false]);
    now += 999;
    expect(take(1)).toEqual([false]);
    now += 1;
    expect(take(3)).toEqual([true, true, false]);
    // One and a half: the half counts for the next.
    now += 1500;
    expect(take(3)).toEqual([true, true, false]);
    now += 500;
    expect(take(3)).toEqual([true, true, false]);
    now += 3_600_000;
    expect(take(4)).toEqual([true, true, true, false]);
  });
});

it('what the program is told becomes the code that the peer is told (node_http2.cc)', () => {
  expect(
    [
      LibError.proto,
      LibError.frameSize,
      LibError.flowControl,
      LibError.headerCompression,
      LibError.streamClosed,
      LibError.refusedStream,
      LibError.httpHeader,
      LibError.httpMessaging,
      LibError.cancel,
    ].map(toErrorCode),
  ).toEqual([1, 6, 3, 9, 5, 7, 1, 1, 2]);
  expect(libErrorText(LibError.flooded)).toMatch(/^Flooding was detected/);
  expect(libErrorText(12)).toBe('Unknown error code');
});
