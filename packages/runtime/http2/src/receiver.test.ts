import { describe, expect, it } from 'vitest';
import { Connection, type ConnectionEvents, type ConnectionOptions } from './connection.ts';
import { ErrorCode, LibError } from './errors.ts';
import { CLIENT_MAGIC, encodeFrame, encodeSettings, Flag, FrameType, readFrameHeader, readUint32 } from './frames.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';

// One side of a connection, and a peer that says what the test says: RFC 9113 has the errors, frame by frame.

const OPTIONS: ConnectionOptions = {
  isServer: true,
  maxEncoderTable: undefined,
  maxReservedStreams: 2,
  maxSendHeaderBytes: 65_536,
  peerMaxConcurrentStreams: 100,
  strictSpace: false,
  maxSettingsEntries: 32,
  resetBurst: 1000,
  resetRate: 33,
  now: () => 0,
};

class Side {
  readonly told: string[] = [];
  readonly connection: Connection;
  readonly sender: Sender;
  readonly #receiver: Receiver;

  constructor(options: Partial<ConnectionOptions> = {}, answers: Partial<ConnectionEvents> = {}) {
    const events: ConnectionEvents = {
      beginHeaders: () => 'ok',
      header: (_id, { name, value }) => (this.told.push(`${name}: ${value}`), 'ok'),
      dataChunk: (id, bytes) => void this.told.push(`data ${id}: ${Buffer.from(bytes).toString()}`),
      frame: ({ kind }) => (this.told.push(kind), 'ok'),
      invalidFrame: (error) => (this.told.push(`invalid ${error}`), 'ok'),
      settingsExpected: () => void this.told.push('no settings'),
      streamClosed: (id, code) => void this.told.push(`closed ${id}: ${code}`),
      frameNotSent: () => undefined,
      goawaySent: () => undefined,
      takeData: () => undefined,
      ...answers,
    };
    this.connection = new Connection({ ...OPTIONS, ...options }, events);
    this.sender = new Sender(this.connection, undefined);
    this.#receiver = new Receiver(this.connection, this.sender);
  }

  /** All that these bytes lead to; the LibError where the connection dies of them. */
  take(...chunks: readonly Uint8Array[]): number | 'done' {
    for (const chunk of chunks) {
      this.#receiver.push(Uint8Array.from(chunk));
      for (;;) {
        const step = this.#receiver.step();
        if (step === 'done') break;
        if (step !== 'more') return step;
      }
    }
    return 'done';
  }

  /** What it sends by now: "type stream" of each frame, with the code of a reset and a GOAWAY. */
  sent(): string[] {
    const frames: string[] = [];
    for (let parts = this.sender.next(); parts !== undefined; parts = this.sender.next()) {
      const bytes = Buffer.concat(parts);
      for (let at = 0; at < bytes.length;) {
        const { length, type, streamId, flags } = readFrameHeader(bytes, at);
        const name = Object.entries(FrameType).find(([, number]) => number === type)?.[0] ?? '?';
        const code =
          type === FrameType.goaway
            ? ` ${readUint32(bytes, at + 13)}`
            : type === FrameType.rstStream
              ? ` ${readUint32(bytes, at + 9)}`
              : (type === FrameType.settings || type === FrameType.ping) && (flags & Flag.ack) !== 0
                ? ' ack'
                : '';
        frames.push(`${name} ${streamId}${code}`);
        at += 9 + length;
      }
    }
    return frames;
  }
}

const SETTINGS = encodeFrame(FrameType.settings, 0, 0);
const block = (fields: Record<string, string>): Uint8Array =>
  Uint8Array.from(
    Object.entries(fields).flatMap(([name, value]) => [
      // A literal that enters no table (RFC 7541, 6.2.2): blocks of one test do not depend on those of another.
      0,
      name.length,
      ...Buffer.from(name),
      value.length,
      ...Buffer.from(value, 'latin1'),
    ]),
  );
const GET = block({ ':method': 'GET', ':scheme': 'http', ':authority': 'a', ':path': '/' });
const POST = block({ ':method': 'POST', ':scheme': 'http', ':authority': 'a', ':path': '/' });
const headers = (streamId: number, payload: Uint8Array, flags = Flag.endHeaders | Flag.endStream): Uint8Array =>
  encodeFrame(FrameType.headers, flags, streamId, payload);
const frame = (type: number, streamId: number, payload: readonly number[] = [], flags = 0): Uint8Array =>
  encodeFrame(type, flags, streamId, Uint8Array.from(payload));

/** A server that has read preface and SETTINGS. */
function server(options: Partial<ConnectionOptions> = {}, answers: Partial<ConnectionEvents> = {}): Side {
  const side = new Side(options, answers);
  expect(side.take(CLIENT_MAGIC, SETTINGS)).toBe('done');
  side.sent();
  side.told.length = 0;
  return side;
}

/** A client that has read SETTINGS. */
function client(options: Partial<ConnectionOptions> = {}): Side {
  const side = new Side({ ...options, isServer: false });
  expect(side.take(SETTINGS)).toBe('done');
  side.sent();
  side.told.length = 0;
  return side;
}

describe('the beginning (RFC 9113, 3.4)', () => {
  it('a preface and SETTINGS in single bytes are read as in one', () => {
    const side = new Side();
    for (const byte of [...CLIENT_MAGIC, ...SETTINGS]) expect(side.take(Uint8Array.of(byte))).toBe('done');
    expect(side.told).toEqual(['settings']);
    expect(side.sent()).toContain('settings 0 ack');
  });

  it.each([0, 5, CLIENT_MAGIC.length - 1])('a preface with byte %i wrong ends the connection there', (at) => {
    const magic = Uint8Array.from(CLIENT_MAGIC);
    magic[at]! ^= 1;
    expect(new Side().take(magic)).toBe(LibError.badClientMagic);
  });

  it.each([
    ['a PING', frame(FrameType.ping, 0, [1, 2, 3, 4, 5, 6, 7, 8])],
    ['an acknowledgement', frame(FrameType.settings, 0, [], Flag.ack)],
    ['a type nobody knows', frame(0x55, 0)],
  ])('%s before SETTINGS ends it with PROTOCOL_ERROR', (_title, first) => {
    const side = new Side();
    side.take(CLIENT_MAGIC, first);
    expect(side.told).toEqual(['no settings']);
    expect(side.sent()).toContain(`goaway 0 ${ErrorCode.protocol}`);
  });
});

describe('frames that end a server’s connection', () => {
  const eight = [1, 2, 3, 4, 5, 6, 7, 8];
  const open = [headers(1, POST, Flag.endHeaders)];
  it.each<[string, number, readonly Uint8Array[]]>([
    ['DATA on stream 0', ErrorCode.protocol, [frame(FrameType.data, 0, [1])]],
    ['DATA on an idle stream', ErrorCode.protocol, [frame(FrameType.data, 1, [1])]],
    ['DATA with more padding than frame', ErrorCode.protocol, [...open, frame(FrameType.data, 1, [5, 0], Flag.padded)]],
    ['DATA after the end of the stream', ErrorCode.streamClosed, [headers(1, GET), frame(FrameType.data, 1, [1])]],
    ['HEADERS on stream 0', ErrorCode.protocol, [headers(0, GET)]],
    ['HEADERS on a stream that is the server’s', ErrorCode.protocol, [headers(2, GET)]],
    [
      'HEADERS with a priority that is cut off',
      ErrorCode.frameSize,
      [headers(1, Uint8Array.of(0, 0, 0, 3), Flag.endHeaders | Flag.priority)],
    ],
    [
      'HEADERS that depend on themselves',
      ErrorCode.protocol,
      [headers(1, Uint8Array.from([0, 0, 0, 1, 0, ...GET]), Flag.endHeaders | Flag.priority)],
    ],
    ['HEADERS after the end of the stream', ErrorCode.streamClosed, [headers(1, GET), headers(1, GET)]],
    [
      'HEADERS that cannot be decompressed',
      ErrorCode.compression,
      [headers(1, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))],
    ],
    ['an index of no table', ErrorCode.compression, [headers(1, Uint8Array.of(0x80))]],
    [
      'PUSH_PROMISE of a client',
      ErrorCode.protocol,
      [...open, frame(FrameType.pushPromise, 1, [0, 0, 0, 2], Flag.endHeaders)],
    ],
    ['CONTINUATION of nothing', ErrorCode.protocol, [frame(FrameType.continuation, 1, [], Flag.endHeaders)]],
    ['another frame inside a block', ErrorCode.protocol, [headers(1, GET, 0), frame(FrameType.ping, 0, eight)]],
    [
      'CONTINUATION of another stream',
      ErrorCode.protocol,
      [headers(1, GET, 0), frame(FrameType.continuation, 3, [], Flag.endHeaders)],
    ],
    ['PRIORITY on stream 0', ErrorCode.protocol, [frame(FrameType.priority, 0, [0, 0, 0, 1, 1])]],
    ['PRIORITY of four bytes', ErrorCode.frameSize, [frame(FrameType.priority, 1, [0, 0, 0, 3])]],
    ['PRIORITY of a stream on itself', ErrorCode.protocol, [frame(FrameType.priority, 3, [0x80, 0, 0, 3, 1])]],
    ['RST_STREAM on stream 0', ErrorCode.protocol, [frame(FrameType.rstStream, 0, [0, 0, 0, 8])]],
    ['RST_STREAM of an idle stream', ErrorCode.protocol, [frame(FrameType.rstStream, 1, [0, 0, 0, 8])]],
    ['RST_STREAM of three bytes', ErrorCode.frameSize, [...open, frame(FrameType.rstStream, 1, [0, 0, 8])]],
    ['SETTINGS on a stream', ErrorCode.protocol, [frame(FrameType.settings, 1)]],
    ['SETTINGS of seven bytes', ErrorCode.frameSize, [frame(FrameType.settings, 0, [1, 2, 3, 4, 5, 6, 7])]],
    [
      'an acknowledgement that says something',
      ErrorCode.frameSize,
      [frame(FrameType.settings, 0, [0, 1, 0, 0, 0, 1], Flag.ack)],
    ],
    ['an acknowledgement of nothing', ErrorCode.protocol, [frame(FrameType.settings, 0, [], Flag.ack)]],
    ['PING on a stream', ErrorCode.protocol, [frame(FrameType.ping, 1, eight)]],
    ['PING of seven bytes', ErrorCode.frameSize, [frame(FrameType.ping, 0, eight.slice(1))]],
    ['GOAWAY on a stream', ErrorCode.protocol, [frame(FrameType.goaway, 1, eight)]],
    ['GOAWAY of seven bytes', ErrorCode.frameSize, [frame(FrameType.goaway, 0, eight.slice(1))]],
    [
      'GOAWAY that names a stream of its own',
      ErrorCode.protocol,
      [frame(FrameType.goaway, 0, [0, 0, 0, 1, 0, 0, 0, 0])],
    ],
    [
      'GOAWAY that moves up',
      ErrorCode.protocol,
      [frame(FrameType.goaway, 0, [0, 0, 0, 2, 0, 0, 0, 0]), frame(FrameType.goaway, 0, [0, 0, 0, 4, 0, 0, 0, 0])],
    ],
    ['WINDOW_UPDATE of three bytes', ErrorCode.frameSize, [frame(FrameType.windowUpdate, 0, [0, 0, 1])]],
    ['WINDOW_UPDATE by nothing', ErrorCode.protocol, [frame(FrameType.windowUpdate, 0, [0, 0, 0, 0])]],
    ['WINDOW_UPDATE of an idle stream', ErrorCode.protocol, [frame(FrameType.windowUpdate, 1, [0, 0, 0, 1])]],
    [
      'WINDOW_UPDATE of the connection beyond 2^31 - 1',
      ErrorCode.flowControl,
      [frame(FrameType.windowUpdate, 0, [0x7f, 0xff, 0xff, 0xff])],
    ],
  ])('%s', (_title, code, frames) => {
    const side = server();
    expect(side.take(...frames)).toBe('done');
    expect(side.sent().filter((sent) => sent.startsWith('goaway'))).toEqual([`goaway 0 ${code}`]);
    // Whatever follows is not read any more.
    side.told.length = 0;
    side.take(headers(101, GET));
    expect(side.told).toEqual([]);
  });

  it.each([
    ['push neither on nor off', 2, 2, ErrorCode.protocol],
    ['a window beyond 2^31 - 1', 4, 2 ** 31, ErrorCode.flowControl],
    ['frames below 2^14', 5, 16_383, ErrorCode.protocol],
    ['frames beyond 2^24 - 1', 5, 2 ** 24, ErrorCode.protocol],
    ['extended CONNECT neither on nor off', 8, 2, ErrorCode.protocol],
  ])('SETTINGS with %s', (_title, id, value, code) => {
    const side = server();
    side.take(encodeFrame(FrameType.settings, 0, 0, encodeSettings([{ id, value }])));
    expect(side.sent()).toEqual([`goaway 0 ${code}`]);
  });

  it.each([
    [5, 16_384],
    [5, 2 ** 24 - 1],
    [4, 2 ** 31 - 1],
    [2, 0],
    [8, 1],
    [0x99, 0xffffffff],
  ])('SETTINGS of %i to %i are taken and acknowledged', (id, value) => {
    const side = server();
    side.take(encodeFrame(FrameType.settings, 0, 0, encodeSettings([{ id, value }])));
    expect(side.sent()).toEqual(['settings 0 ack']);
  });

  it('a length beyond what was offered is refused before its payload has come', () => {
    const side = server();
    side.take(Uint8Array.of(0, 0x40, 1, FrameType.data, 0, 0, 0, 0, 1));
    expect(side.sent()).toEqual([`goaway 0 ${ErrorCode.frameSize}`]);
  });
});

describe('limits', () => {
  it('a block may go on in eight CONTINUATION frames, and no further (CVE-2024-28182)', () => {
    const more = frame(FrameType.continuation, 1, []);
    const good = server();
    const last = frame(FrameType.continuation, 1, [], Flag.endHeaders);
    expect(good.take(headers(1, GET, 0), ...Array.from({ length: 7 }, () => more), last)).toBe('done');
    expect(good.told).toContain(':path: /');
    expect(server().take(headers(1, GET, 0), ...Array.from({ length: 9 }, () => more))).toBe(
      LibError.tooManyContinuations,
    );
  });

  it('settings of more entries than are read end the connection with ENHANCE_YOUR_CALM', () => {
    const entries = Array.from({ length: 33 }, () => ({ id: 4, value: 1 }));
    const side = server();
    side.take(encodeFrame(FrameType.settings, 0, 0, encodeSettings(entries.slice(1))));
    expect(side.sent()).toEqual(['settings 0 ack']);
    side.take(encodeFrame(FrameType.settings, 0, 0, encodeSettings(entries)));
    expect(side.sent()).toEqual([`goaway 0 ${ErrorCode.enhanceYourCalm}`]);
  });

  it('a client that opens streams only to reset them is sent away (CVE-2023-44487)', () => {
    const side = server({ resetBurst: 3 });
    const rapid = (id: number): Uint8Array[] => [headers(id, GET), frame(FrameType.rstStream, id, [0, 0, 0, 8])];
    side.take(...[1, 3, 5].flatMap(rapid));
    expect(side.sent()).toEqual([]);
    side.take(...rapid(7));
    expect(side.sent()).toEqual([`goaway 0 ${ErrorCode.internal}`]);
  });

  it('answers that nobody reads do not pile up: a flood of pings ends the connection', () => {
    const side = server();
    const ping = frame(FrameType.ping, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
    let end: number | 'done' = 'done';
    for (let count = 0; count < 20_000 && end === 'done'; count++) end = side.take(ping);
    expect(end).toBe(LibError.flooded);
  });

  it('more streams than are allowed by now are refused, and those beyond an acknowledged limit are a breach', () => {
    const side = server();
    side.sender.settings([{ id: 3, value: 1 }]);
    side.take(headers(1, POST, Flag.endHeaders), headers(3, GET));
    expect(side.sent()).toContain(`rstStream 3 ${ErrorCode.refusedStream}`);
    side.take(frame(FrameType.settings, 0, [], Flag.ack), headers(5, GET));
    expect(side.sent()).toContain(`goaway 0 ${ErrorCode.protocol}`);
  });

  it('bytes beyond a stream’s window reset it, and beyond the connection’s end it', () => {
    const side = server();
    side.take(headers(1, POST, Flag.endHeaders));
    side.sender.settings([{ id: 4, value: 10 }]);
    side.take(frame(FrameType.settings, 0, [], Flag.ack));
    side.sent();
    side.take(frame(FrameType.data, 1, new Array<number>(11).fill(0)));
    expect(side.sent()).toEqual([`rstStream 1 ${ErrorCode.flowControl}`]);
    const flooded = server();
    flooded.take(headers(1, POST, Flag.endHeaders));
    for (let count = 0; count < 4; count++) flooded.take(frame(FrameType.data, 1, new Array<number>(16_384).fill(0)));
    expect(flooded.sent()).toContain(`goaway 0 ${ErrorCode.flowControl}`);
  });
});

describe('streams of a server', () => {
  it('a request with a body and trailers is told in order', () => {
    const side = server();
    side.take(
      headers(1, POST, Flag.endHeaders),
      frame(FrameType.data, 1, [104, 105]),
      headers(1, block({ 'x-sum': '2' })),
    );
    expect(side.told).toEqual([
      ':method: POST',
      ':scheme: http',
      ':authority: a',
      ':path: /',
      'headers',
      'data 1: hi',
      'data',
      'x-sum: 2',
      'headers',
    ]);
  });

  it('padding is taken off, and none of it told', () => {
    const side = server();
    side.take(headers(1, POST, Flag.endHeaders), frame(FrameType.data, 1, [2, 104, 0, 0], Flag.padded));
    expect(side.told.slice(-2)).toEqual(['data 1: h', 'data']);
  });

  it.each([
    ['a request without a path', block({ ':method': 'GET', ':scheme': 'http', ':authority': 'a' })],
    ['a field about the connection', Uint8Array.from([...GET, ...block({ connection: 'close' })])],
    ['less than content-length promised', Uint8Array.from([...GET, ...block({ 'content-length': '5' })])],
  ])('%s resets the stream and nothing else', (_title, payload) => {
    const side = server();
    side.take(headers(1, payload), headers(3, GET));
    expect(side.sent()).toEqual([`rstStream 1 ${ErrorCode.protocol}`]);
    expect(side.told).toContain('headers');
  });

  it('a lower number than the last is of a stream that is over: nothing is told', () => {
    const side = server();
    side.take(headers(5, GET));
    side.told.length = 0;
    side.take(headers(3, GET));
    expect([side.told, side.sent()]).toEqual([[], []]);
  });

  it('DATA of a stream that was reset counts for the connection and is dropped', () => {
    const side = server();
    side.take(headers(1, POST, Flag.endHeaders), frame(FrameType.rstStream, 1, [0, 0, 0, 8]));
    expect(side.told.at(-1)).toBe('closed 1: 8');
    side.take(frame(FrameType.data, 1, [1, 2, 3]));
    expect(side.sent()).toEqual([]);
    expect(side.connection.receiveWindow.received).toBe(3);
  });

  it('WINDOW_UPDATE of a stream beyond 2^31 - 1 resets that stream alone', () => {
    const side = server();
    side.take(headers(1, POST, Flag.endHeaders), frame(FrameType.windowUpdate, 1, [0x7f, 0xff, 0xff, 0xff]));
    expect(side.sent()).toEqual([`rstStream 1 ${ErrorCode.flowControl}`]);
  });

  it('a program that refuses a request has it reset; one that fails has the connection ended', () => {
    const refusing = server({}, { beginHeaders: () => 'refused' });
    refusing.take(headers(1, GET));
    expect(refusing.sent()).toEqual([`rstStream 1 ${ErrorCode.internal}`]);
    expect(server({}, { beginHeaders: () => 'fatal' }).take(headers(1, GET))).toBe(LibError.callbackFailure);
  });

  it('a frame of a type that nobody knows is passed over (RFC 9113, 5.5)', () => {
    const side = server();
    side.take(frame(0x77, 9, [1, 2, 3]), headers(1, GET));
    expect(side.sent()).toEqual([]);
    expect(side.told).toContain('headers');
  });

  it('a PING is answered with its own bytes, an answer with nothing', () => {
    const side = server();
    side.take(
      frame(FrameType.ping, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
      frame(FrameType.ping, 0, [8, 7, 6, 5, 4, 3, 2, 1], Flag.ack),
    );
    expect(side.sent()).toEqual(['ping 0 ack']);
  });
});

describe('a client', () => {
  const request = (side: Side): number =>
    side.sender.request(
      [':method GET', ':scheme http', ':authority a', ':path /'].map((field) => {
        const [name = '', value = ''] = field.split(' ');
        return { name, value, sensitive: false };
      }),
      false,
    );

  it('is answered: informational, final, data, end', () => {
    const side = client();
    const id = request(side);
    expect(side.sent()).toEqual([`headers ${id}`]);
    side.take(
      headers(id, block({ ':status': '103' }), Flag.endHeaders),
      headers(id, block({ ':status': '200' }), Flag.endHeaders),
      frame(FrameType.data, id, [111, 107], Flag.endStream),
    );
    expect(side.told).toEqual([
      ':status: 103',
      'headers',
      ':status: 200',
      'headers',
      `data ${id}: ok`,
      'data',
      `closed ${id}: 0`,
    ]);
  });

  it.each<[string, number, readonly Uint8Array[]]>([
    ['an answer to nothing', ErrorCode.protocol, [headers(1, block({ ':status': '200' }))]],
    [
      'a promise on an idle stream',
      ErrorCode.protocol,
      [frame(FrameType.pushPromise, 1, [0, 0, 0, 2, ...GET], Flag.endHeaders)],
    ],
    [
      'SETTINGS that allow it pushes',
      ErrorCode.protocol,
      [encodeFrame(FrameType.settings, 0, 0, encodeSettings([{ id: 2, value: 1 }]))],
    ],
    ['ALTSVC that is cut off', ErrorCode.frameSize, [frame(FrameType.altsvc, 0, [0, 9, 1])]],
    ['ORIGIN that is cut off', ErrorCode.frameSize, [frame(FrameType.origin, 0, [0, 9, 1])]],
  ])('ends the connection for %s', (_title, code, frames) => {
    const side = client();
    side.take(...frames);
    expect(side.sent()).toEqual([`goaway 0 ${code}`]);
  });

  it.each<[string, readonly number[]]>([
    ['an odd number', [0, 0, 0, 3]],
    ['the number 0', [0, 0, 0, 0]],
  ])('a promise of %s ends the connection', (_title, promised) => {
    const side = client();
    const id = request(side);
    side.sent();
    side.take(frame(FrameType.pushPromise, id, [...promised, ...GET], Flag.endHeaders));
    expect(side.sent()).toEqual([`goaway 0 ${ErrorCode.protocol}`]);
  });

  it('promises beyond what may wait are cancelled, the rest taken', () => {
    const side = client();
    const id = request(side);
    side.sent();
    for (const promised of [2, 4, 6])
      side.take(frame(FrameType.pushPromise, id, [0, 0, 0, promised, ...GET], Flag.endHeaders));
    expect(side.sent()).toEqual([`rstStream 6 ${ErrorCode.cancel}`]);
    side.told.length = 0;
    side.take(headers(2, block({ ':status': '200' })));
    expect(side.told).toEqual([':status: 200', 'headers', 'closed 2: 0']);
  });

  it('GOAWAY closes the streams that will not be served', () => {
    const side = client();
    const [first, second] = [request(side), request(side)];
    side.sent();
    side.take(frame(FrameType.goaway, 0, [0, 0, 0, first, 0, 0, 0, 0]));
    expect(side.told.filter((line) => line.startsWith('closed'))).toEqual([
      `closed ${second}: ${ErrorCode.refusedStream}`,
    ]);
    expect(side.connection.wantsRead).toBe(true);
    side.take(headers(first, block({ ':status': '204' })));
    expect(side.connection.wantsRead).toBe(false);
  });
});

it('whatever comes, in whatever pieces, nothing is thrown and the same is told', () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 300; round++) {
    const frames = Array.from({ length: 6 }, () => {
      const payload = random(3) === 0 ? [...GET] : Array.from({ length: random(12) }, () => random(256));
      return frame(random(14), random(6), payload, random(256));
    });
    const bytes = Buffer.concat(frames);
    const whole = server();
    const end = whole.take(bytes);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random(9);
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    const cut = server();
    expect(cut.take(...pieces)).toBe(end);
    expect(cut.told).toEqual(whole.told);
    expect(cut.sent()).toEqual(whole.sent());
  }
});
