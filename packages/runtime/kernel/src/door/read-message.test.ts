import { describe, expect, it } from 'vitest';
import { ENGINE_HEADER_BYTES } from '../memory/engine-work.ts';
import { Ring } from '../memory/ring.ts';
import { LIMITS } from './limits.ts';
import { readMessage, type DoorState } from './read-message.ts';

const STATE: DoorState = { firstUnissuedId: 100, ports: 0 };
const ring = Ring.allocate(64);
const shared = new SharedArrayBuffer(64);
const request = {
  file: 'node',
  argv: ['node', 'x.js'],
  env: { PATH: '/bin' },
  cwd: '/work',
  descriptors: [],
  group: 'inherit',
  reap: 'message',
};
const thread = {
  threadId: 1,
  name: '',
  url: null,
  execArgv: [],
  env: null,
  resourceLimits: [0, 0, 0, 0],
  counter: shared,
  cwd: '/',
};
const channelEnd = { kind: 'channel', id: 1, side: 0, rings: [ring, null], as: 'pipe' };

type Message = Readonly<Record<string, unknown>>;

/** A good message of every type, with all that may be left out. */
const GOOD: Readonly<Record<string, Message>> = {
  ready: {},
  channel: { id: 99, rings: [ring, null], sides: [0, 1] },
  'channel-close': { id: 1, side: 1 },
  spawn: { request },
  exec: { request },
  wait: { pid: -1, hang: true },
  kill: { pid: -5, signal: 'SIGTERM' },
  'signal-watch': { signal: 'SIGINT', on: true },
  listen: { listener: 5, host: '::', port: 80, bindOnly: false, options: { ipv6Only: true, reusePort: false } },
  unlisten: { listener: 5 },
  pass: { channel: 1, side: 0, parcel: { end: channelEnd, label: null } },
  'take-passed': { channel: 1, side: 0 },
  connect: {
    connection: 3,
    host: 'a.test',
    port: 443,
    channel: 4,
    rings: [ring, ring],
    secure: true,
    from: { host: '::1', port: 1 },
  },
  'udp-bind': { socket: 5, host: '0.0.0.0', port: 0, options: { ipv6Only: false, reuse: true } },
  'udp-send': { socket: 5, host: '127.0.0.1', port: 53, bytes: Uint8Array.of(1) },
  'udp-group': { socket: 5, group: '224.0.0.1', source: null, on: false },
  'udp-close': { socket: 5 },
  'thread-terminate': { threadId: 1 },
  tty: { channel: 1, raw: false },
  foreground: { channel: 1, pgid: 7 },
  processes: { after: 0 },
  'host-event': { name: 'code', args: [{ file: '/a' }] },
  module: { byteLength: 8, module: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) },
  'engine-work': {
    work: { kind: 'SHA-256', input: new ArrayBuffer(4), page: new SharedArrayBuffer(ENGINE_HEADER_BYTES) },
  },
  exit: { status: { code: 0, signal: null } },
};

const read = (type: string, fields: Message, state = STATE) => readMessage({ type, ...fields }, state);
const problem = (type: string, fields: Message, state = STATE): string => {
  const message = read(type, fields, state);
  return message.type === 'refused' ? message.problem : `let in: ${type}`;
};

describe('what a process posts is a message or is refused', () => {
  it.each(Object.entries(GOOD))('a good "%s" is let in', (type, fields) => expect(read(type, fields).type).toBe(type));

  it.each([
    undefined,
    null,
    0,
    'ready',
    [],
    {},
    { type: 7 },
    { type: 'nonsense' },
    { type: 'constructor' },
    { type: '__proto__' },
    { type: ['ready'] },
  ])('%j is no message', (posted) =>
    expect(readMessage(posted, STATE)).toEqual({ type: 'refused', of: null, problem: 'unknown' }),
  );

  const OPTIONAL = new Set(['listen options', 'connect from', 'host-event x']);
  const fieldsOf = Object.entries(GOOD).flatMap(([type, fields]) =>
    Object.keys(fields).map((field) => [type, field] as const),
  );
  it.each(fieldsOf)('"%s" is refused where "%s" is missing or of another type, whatever it is', (type, field) => {
    // Nothing here is right for any field: no list, text, number, flag or record of the contract looks like these.
    for (const wrong of [Symbol('x'), () => 0, 1.5, Number.NaN, -(2 ** 40), 10n])
      expect(problem(type, { ...GOOD[type], [field]: wrong })).not.toMatch(/^let in/);
    if (OPTIONAL.has(`${type} ${field}`)) return;
    const { [field]: _left, ...rest } = GOOD[type]!;
    expect(problem(type, rest)).not.toMatch(/^let in/);
  });

  it('what else lies on a message goes no further', () =>
    expect(read('tty', { channel: 1, raw: true, port: 'x', __extra: {} })).toEqual({
      type: 'tty',
      channel: 1,
      raw: true,
    }));

  it('a refusal of a size is told apart, as execve(2) does (E2BIG)', () => {
    const long = 'x'.repeat(LIMITS.argument + 1);
    expect(read('spawn', { request: { ...request, argv: [long] } })).toMatchObject({ tooLong: true });
    expect(read('spawn', { request: { ...request, argv: [7] } })).toMatchObject({ tooLong: false });
  });
});

describe('numbers', () => {
  it.each([
    ['listen', 'port', 0, 65_535],
    ['connect', 'port', 0, 65_535],
    ['udp-send', 'port', 0, 65_535],
    ['channel-close', 'id', 0, LIMITS.number],
    ['wait', 'pid', -LIMITS.number, LIMITS.number],
    ['channel', 'id', 1, 99],
    ['listen', 'listener', 1, 99],
    ['connect', 'channel', 1, 99],
    ['udp-bind', 'socket', 1, 99],
    ['module', 'byteLength', 0, LIMITS.module],
  ] as const)('"%s" takes a %s from %i to %i', (type, field, least, most) => {
    for (const value of [least, most]) expect(problem(type, { ...GOOD[type], [field]: value })).toBe(`let in: ${type}`);
    for (const value of [least - 1, most + 1, least + 0.5, Infinity, String(least)])
      expect(problem(type, { ...GOOD[type], [field]: value })).toMatch(/no whole number/);
  });
});

describe('sizes: the last that is let in, and the first that is not', () => {
  const text = (length: number): string => 'x'.repeat(length);
  it.each<[string, string, number, (length: number) => Message]>([
    ['a signal', 'kill', LIMITS.signalName, (length) => ({ pid: 1, signal: text(length) })],
    ['a host', 'udp-send', LIMITS.host, (length) => ({ ...GOOD['udp-send'], host: text(length) })],
    ['a datagram', 'udp-send', LIMITS.datagram, (length) => ({ ...GOOD['udp-send'], bytes: new Uint8Array(length) })],
    ['a directory', 'exec', LIMITS.path, (length) => ({ request: { ...request, cwd: text(length) } })],
    ['one argument', 'exec', LIMITS.argument, (length) => ({ request: { ...request, argv: [text(length)] } })],
    ['a file', 'exec', LIMITS.argument, (length) => ({ request: { ...request, file: text(length) } })],
    ['one variable', 'exec', LIMITS.argument, (length) => ({ request: { ...request, env: { A: text(length) } } })],
    [
      'descriptors',
      'exec',
      LIMITS.descriptors,
      (length) => ({ request: { ...request, descriptors: new Array<null>(length).fill(null) } }),
    ],
    ['the values of a label', 'pass', LIMITS.label.values - 1, (length) => parcel(new Array<number>(length).fill(0))],
    ['the text of a label', 'pass', LIMITS.label.characters, (length) => parcel(text(length))],
    ['the names in a label', 'pass', LIMITS.label.characters, (length) => parcel({ [text(length)]: null })],
    ['the depth of a label', 'pass', LIMITS.label.depth, (length) => parcel(nested(length))],
    [
      'sides of a channel',
      'channel',
      2,
      (length) => ({ ...GOOD['channel'], sides: new Array<number>(length).fill(0) }),
    ],
  ])('%s', (_title, type, most, messageOf) => {
    expect(problem(type, messageOf(most))).toBe(`let in: ${type}`);
    expect(problem(type, messageOf(most + 1))).not.toMatch(/^let in/);
  });

  function parcel(label: unknown): Message {
    return { channel: 1, side: 0, parcel: { end: channelEnd, label } };
  }
  function nested(depth: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  }

  it('arguments and environment share what execve(2) gives them', () => {
    const argument = text(LIMITS.argument);
    const many = (count: number): string[] => new Array<string>(count).fill(argument);
    // 15 strings of 128 KiB leave room; the environment takes it.
    const room = LIMITS.arguments - 15 * (LIMITS.argument + LIMITS.perArgument);
    const env = (length: number): Message => ({ request: { ...request, argv: many(15), env: { A: text(length) } } });
    const fits = room - 'A='.length - LIMITS.perArgument;
    expect(problem('exec', env(fits))).toBe('let in: exec');
    expect(problem('exec', env(fits + 1))).toMatch(/"env" is larger/);
    expect(problem('exec', { request: { ...request, argv: many(16) } })).toMatch(/"argv" is larger/);
  });

  it('a list of four billion holes costs its sender nothing, and us no more', () => {
    const holes = new Array<unknown>(2 ** 32 - 1);
    expect(problem('exec', { request: { ...request, argv: holes } })).toMatch(/more than/);
    expect(problem('host-event', { name: 'code', args: holes })).toMatch(/more than/);
  });
});

describe('memory', () => {
  it.each<[string, unknown]>([
    ['an ordinary buffer', new ArrayBuffer(64)],
    ['memory that is no ring', new SharedArrayBuffer(8)],
    ['a ring larger than a pipe of Linux gets', Ring.allocate(2 * LIMITS.ring)],
  ])('no channel is made over %s', (_title, memory) =>
    expect(problem('channel', { ...GOOD['channel'], rings: [memory, null] })).toMatch(/"rings"/),
  );

  it('a channel has two directions, either of which may be missing', () => {
    for (const rings of [
      [null, null],
      [ring, null],
      [null, ring],
    ])
      expect(problem('channel', { ...GOOD['channel'], rings })).toBe('let in: channel');
    for (const rings of [[], [ring], [ring, ring, ring]])
      expect(problem('channel', { ...GOOD['channel'], rings })).toMatch(/"rings"/);
  });

  it('the rings that a sender says an end has are dropped: the kernel knows them', () => {
    const message = read('pass', GOOD['pass']!);
    expect(message).toMatchObject({ parcel: { end: { kind: 'channel', id: 1, rings: [null, null] } } });
  });

  it('bytes of a datagram are copied out of the memory they came in', () => {
    const bytes = new Uint8Array(new SharedArrayBuffer(2));
    bytes.set([1, 2]);
    const message = read('udp-send', { ...GOOD['udp-send'], bytes });
    bytes.fill(9);
    expect(message.type === 'udp-send' && [...message.bytes]).toEqual([1, 2]);
    expect(message.type === 'udp-send' && message.bytes.buffer).toBeInstanceOf(ArrayBuffer);
  });
});

describe('descriptors', () => {
  const spawn = (descriptor: unknown): string =>
    problem('spawn', { request: { ...request, descriptors: [descriptor] } });
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a hole', undefined],
    ['a channel', channelEnd],
    ['a file', { kind: 'file', ino: 1, flags: 0, offset: shared }],
    ['a device', { kind: 'device', device: 'zero' }],
  ])('%s is let in', (_title, descriptor) => expect(spawn(descriptor)).toBe('let in: spawn'));

  it.each<[string, unknown]>([
    ['a number', 3],
    ['a kind nobody knows', { kind: 'disk' }],
    ['a device nobody knows', { kind: 'device', device: 'mem' }],
    ['a file with an offset of its own', { kind: 'file', ino: 1, flags: 0, offset: 0 }],
    ['a file whose offset has no room', { kind: 'file', ino: 1, flags: 0, offset: new SharedArrayBuffer(4) }],
    ['a channel of three sides', { ...channelEnd, side: 2 }],
    ['a channel that is a file', { ...channelEnd, as: 'file' }],
    ['a listener, which only a parcel holds', { kind: 'listener', listener: 1 }],
  ])('%s is refused', (_title, descriptor) => expect(spawn(descriptor)).not.toMatch(/^let in/));

  it('a parcel may hold a listener', () =>
    expect(
      problem('pass', { channel: 1, side: 0, parcel: { end: { kind: 'listener', listener: 2 }, label: {} } }),
    ).toBe('let in: pass'));

  it.each<[string, unknown]>([
    ['a function', () => 0],
    ['a class’s object', new Date(0)],
    ['a bigint', 1n],
    ['an object without a prototype', Object.create(null)],
    ['a port inside', { port: new MessageChannel().port1 }],
  ])('a label that is %s is no plain data', (_title, label) =>
    expect(problem('pass', { channel: 1, side: 0, parcel: { end: channelEnd, label } })).toMatch(/no plain data/),
  );
});

describe('groups and ends of processes', () => {
  it.each<[unknown, boolean]>([
    ['inherit', true],
    ['new-group', true],
    ['new-session', true],
    [{ join: 7 }, true],
    ['mine', false],
    [{ join: 0 }, false],
    [{ join: -7 }, false],
    [{}, false],
    [null, false],
  ])('a group of %j: %j', (group, good) =>
    expect(problem('spawn', { request: { ...request, group } }).startsWith('let in')).toBe(good),
  );

  it.each<[unknown, boolean]>([
    [0, true],
    [0o777, true],
    [0o1000, false],
    [-1, false],
    ['022', false],
  ])('a umask of %j: %j', (umask, good) =>
    expect(problem('spawn', { request: { ...request, umask } }).startsWith('let in')).toBe(good),
  );

  it.each<[unknown, boolean]>([
    [{ code: 0, signal: null }, true],
    [{ code: 255, signal: null }, true],
    [{ code: null, signal: 'SIGKILL' }, true],
    [{ code: null, signal: 'SIGNONE' }, false],
    [{ code: null, signal: 'toString' }, false],
    [{ code: 1, signal: 'SIGKILL' }, false],
    [{ code: null, signal: null }, false],
    [{}, false],
    [7, false],
  ])('an end of %j: %j', (status, good) => expect(problem('exit', { status }).startsWith('let in')).toBe(good));
});

describe('threads', () => {
  const one = { firstUnissuedId: 100, ports: 1 };
  const of = (changes: Message, state = one): string => problem('thread', { thread: { ...thread, ...changes } }, state);
  it('come with the one port they talk on, and no other', () => {
    expect(of({})).toBe('let in: thread');
    for (const ports of [0, 2]) expect(of({}, { firstUnissuedId: 100, ports })).toMatch(/"port"/);
  });

  it.each<[string, Message, boolean]>([
    ['an environment of its own', { env: { A: 'b' } }, true],
    ['a directory that it follows', { sharedCwd: shared }, true],
    ['an environment that it shares', { sharedEnv: shared }, true],
    ['the number 0', { threadId: 0 }, false],
    ['a limit that is a text', { resourceLimits: ['0'] }, false],
    ['more limits than there are', { resourceLimits: new Array<number>(17).fill(0) }, false],
    ['a counter of its own', { counter: new ArrayBuffer(4) }, false],
    ['a counter without room', { counter: new SharedArrayBuffer(2) }, false],
    ['an environment of numbers', { env: { A: 1 } }, false],
    ['a directory that is no memory', { sharedCwd: '/x' }, false],
    ['no directory', { cwd: undefined }, false],
  ])('%s', (_title, changes, good) => expect(of(changes).startsWith('let in')).toBe(good));
});
