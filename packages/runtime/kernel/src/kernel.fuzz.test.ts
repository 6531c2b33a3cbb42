/** Processes that post anything at all: nothing but themselves may suffer. */
import { describe, expect, it } from 'vitest';
import { nextId } from './memory/control-page.ts';
import { Ring } from './memory/ring.ts';
import { FakeContainer, type FakeWorker, requestOf, settled } from './testing/fake-host.ts';

const ROUNDS = 3000;

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Well-formed messages of every type but those that end the sender. */
function samples(worker: FakeWorker): Record<string, unknown>[] {
  const id = (): number => nextId(worker.boot.control);
  const ring = Ring.allocate(64);
  const shared = new SharedArrayBuffer(64);
  const end = { kind: 'channel', id: 1, side: 0, rings: [ring, null], as: 'pipe' };
  const file = { kind: 'file', ino: 2, flags: 0, offset: shared };
  return [
    { type: 'channel', id: id(), rings: [ring, null], sides: [0, 1] },
    { type: 'channel-close', id: 1, side: 0 },
    { type: 'spawn', request: { ...requestOf('node'), descriptors: [null, end, file] } },
    { type: 'spawn', request: { ...requestOf('sh'), reap: 'wait', group: 'new-group', umask: 0o22 } },
    { type: 'exec', request: requestOf('nowhere') },
    { type: 'wait', pid: -1, hang: false },
    { type: 'kill', pid: 9999, signal: 'SIGTERM' },
    { type: 'signal-watch', signal: 'SIGTERM', on: true },
    { type: 'listen', listener: id(), host: '127.0.0.1', port: 0, bindOnly: false, options: { reusePort: true } },
    { type: 'listen', listener: id(), host: 'unix:/tmp/s', port: 0, bindOnly: true },
    { type: 'unlisten', listener: 2 },
    { type: 'pass', channel: 1, side: 0, parcel: { end, label: { type: 'TCP', local: null } } },
    { type: 'take-passed', channel: 1, side: 1 },
    {
      type: 'connect',
      connection: id(),
      host: 'example.test',
      port: 80,
      channel: id(),
      rings: [ring, ring],
      secure: true,
    },
    { type: 'connect', connection: id(), host: '::1', port: 8080, channel: id(), rings: [ring, ring], secure: false },
    { type: 'udp-bind', socket: id(), host: '0.0.0.0', port: 0, options: { ipv6Only: false, reuse: true } },
    { type: 'udp-send', socket: 3, host: '127.0.0.1', port: 53, bytes: Uint8Array.of(1, 2) },
    { type: 'udp-group', socket: 3, group: '224.0.0.1', source: null, on: true },
    { type: 'udp-close', socket: 3 },
    { type: 'thread', thread: threadOf(shared) },
    { type: 'thread-terminate', threadId: 1 },
    { type: 'tty', channel: 1, raw: true },
    { type: 'foreground', channel: 1, pgid: 2 },
    { type: 'processes', after: 0 },
    { type: 'host-event', name: 'code', args: ['open', { files: [{ filepath: '/a' }] }] },
    { type: 'module', byteLength: 8, module: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) },
    { type: 'engine-work', work: { kind: 'SHA-1', input: new ArrayBuffer(4), page: shared } },
  ];
}

function threadOf(counter: SharedArrayBuffer): object {
  return { threadId: 1, name: '', url: null, execArgv: [], env: { A: '1' }, resourceLimits: [1], counter, cwd: '/' };
}

/** Values no field expects. */
const POISON: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => NaN,
  () => -1,
  () => 0.5,
  () => 2 ** 53,
  () => Infinity,
  () => '',
  () => 'constructor',
  () => '__proto__',
  () => 'x'.repeat(300_000),
  () => 10n,
  () => true,
  () => [],
  () => new Array(4_000_000_000),
  () => ({}),
  () => Object.create(null) as unknown,
  () => new Map([['type', 'spawn']]),
  () => new Date(NaN),
  () => new SharedArrayBuffer(0),
  () => new SharedArrayBuffer(41),
  () => new SharedArrayBuffer(64, { maxByteLength: 4096 }),
  () => new ArrayBuffer(0),
  () => new Uint8Array(70_000),
  () => new Error('x'),
  () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return cycle;
  },
];

/** One field somewhere in `value` replaced, dropped, or the whole of it. */
function mutate(value: unknown, random: () => number): unknown {
  const poison = (): unknown => POISON[Math.floor(random() * POISON.length)]?.();
  const plain =
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value) as object);
  if (!plain || random() < 0.15) return poison();
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const keys = Object.keys(copy).filter((key) => key !== 'type' || random() < 0.05);
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined) return poison();
  const fields = copy as Record<string, unknown>;
  fields[key] = mutate(fields[key], random);
  return copy;
}

describe('the door of the kernel', () => {
  it.each([1, 2, 3])(
    'lets nothing through that costs others something, seed %i',
    async (seed) => {
      const random = randomOf(seed);
      const container = new FakeContainer();
      const good = container.run();
      const pipe = nextId(good.worker.boot.control);
      good.worker.say({ type: 'channel', id: pipe, rings: [Ring.allocate(64), null], sides: [0, 1] });
      const before = container.kernel.accounting();
      const ends: string[] = [];
      for (let round = 0; round < ROUNDS;) {
        const hostile = container.run();
        const all = samples(hostile.worker);
        while (!hostile.worker.ended && round++ < ROUNDS) {
          const sample = all[Math.floor(random() * all.length)];
          const message = random() < 0.1 ? sample : mutate(sample, random);
          hostile.worker.say(message, random() < 0.3 ? [{}] : random() < 0.1 ? [{}, {}] : []);
          if (random() < 0.02) hostile.worker.say({ type: 'exit', status: mutate({ code: 0, signal: null }, random) });
        }
        for (const { pid } of container.kernel.processes()) if (pid !== good.pid) container.kernel.kill(pid, 'SIGKILL');
        for (const connection of container.outbound.splice(0)) connection.stream.close();
        ends.push(String(await hostile.exit.then((status) => JSON.stringify(status))));
        await settled();
      }
      expect(ends.length).toBeGreaterThan(50);
      // What the door refuses is named; nothing got in that a handler stumbled over.
      const told = /^Process \d+ sent (an unknown message|a malformed message "[a-z-]+": .{1,200})$/;
      expect(container.errors().filter((message) => !told.test(message))).toEqual([]);
      expect(container.kernel.accounting()).toEqual(before);
      expect(good.worker.ended).toBe(false);
      const { pid } = good;
      expect(good.worker.ask({ type: 'processes', after: 0 })).toMatchObject({ errno: 0, processes: [{ pid }] });
    },
    120_000,
  );

  it('lets every well-formed message in', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    for (const message of samples(worker)) worker.say(message, message['type'] === 'thread' ? [{}] : []);
    expect(container.errors()).toEqual([]);
    expect(worker.ended).toBe(false);
  });

  it('refuses an id that was given to nobody yet, which somebody else would get', () => {
    const container = new FakeContainer();
    const { worker, exit } = container.run();
    const id = nextId(worker.boot.control) + 1;
    worker.say({ type: 'channel', id, rings: [Ring.allocate(64), null], sides: [0, 1] });
    expect(container.errors()).toEqual([
      expect.stringMatching(/^Process \d+ sent a malformed message "channel": "id" is no whole number from 1 to \d+$/),
    ]);
    expect(worker.ended).toBe(true);
    expect(container.kernel.openPipe('to-process').end.id).toBe(id);
    return expect(exit).resolves.toEqual({ code: null, signal: 'SIGSYS' });
  });

  it('answers a call that is too large with E2BIG, and one that is malformed with EINVAL', () => {
    const container = new FakeContainer();
    const { worker } = container.run();
    const spawn = (request: object): unknown =>
      worker.ask({ type: 'spawn', request: { ...requestOf('node'), ...request } });
    expect(spawn({ argv: ['x'.repeat(131_073)] })).toEqual({ errno: -7, pid: 0 });
    expect(spawn({ argv: Array.from({ length: 20 }, () => 'x'.repeat(131_072)) })).toEqual({ errno: -7, pid: 0 });
    const env = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`N${n}`, 'x'.repeat(131_000)]));
    expect(spawn({ env })).toEqual({ errno: -7, pid: 0 });
    expect(spawn({ descriptors: new Array(5000).fill(null) })).toEqual({ errno: -7, pid: 0 });
    expect(spawn({ argv: [1] })).toEqual({ errno: -22, pid: 0 });
    expect(worker.ask({ type: 'listen', listener: 1, host: '::', port: 65_536, bindOnly: false })).toEqual({
      errno: -22,
      port: 0,
    });
    expect(worker.ended).toBe(false);
  });

  it('gives one task a limited number of channel ends and listeners, all of which come back', () => {
    const container = new FakeContainer();
    const { worker, pid } = container.run();
    const id = (): number => nextId(worker.boot.control);
    const ring = Ring.allocate(64);
    for (let n = 0; n < 9000; n++) worker.say({ type: 'channel', id: id(), rings: [ring, null], sides: [0, 1] });
    expect(container.kernel.accounting().channels).toBe(8192);
    const listen = (n: number): unknown =>
      worker.ask({ type: 'listen', listener: id(), host: `unix:/s${n}`, port: 0, bindOnly: true });
    for (let n = 0; n < 4096; n++) expect(listen(n)).toEqual({ errno: 0, port: 0 });
    expect(listen(4096)).toMatchObject({ errno: -98 });
    container.kernel.kill(pid, 'SIGKILL');
    expect(container.kernel.accounting()).toMatchObject({ channels: 0, listeners: 0 });
  }, 60_000);
});

describe('the memory of a ring that a program overwrites', () => {
  it('does not stop the kernel: a lock that is never released, counters that lie', async () => {
    const container = new FakeContainer();
    const { worker, pid } = container.run();
    const rings = [Ring.allocate(64), Ring.allocate(64)] as const;
    const connect = { connection: 1, host: 'example.test', port: 80, rings, secure: false };
    worker.say({ type: 'connect', channel: nextId(worker.boot.control), ...connect });
    const stream = container.outbound[0]?.stream;
    if (stream === undefined) throw new Error('Cannot test the stream: nothing connected');
    const [toKernel, toProcess] = rings.map((ring) => new Int32Array(ring, 0, 10));
    // HEAD far from TAIL, READ_LOCK and WRITE_LOCK held by nobody, CAPACITY beyond the memory.
    toKernel?.set([5, -7, 0, 99, 99, 0, 0, 1 << 30]);
    toProcess?.set([9, -9, 0, 99, 99, 0, 0, 1 << 30]);
    const reading = stream.read();
    const writing = stream.write(new Uint8Array(10));
    const broken = expect(writing).rejects.toThrow('the reader is gone');
    await settled();
    toKernel?.fill(0, 3, 5);
    expect((await reading)?.length).toBe(64);
    container.kernel.kill(pid, 'SIGKILL');
    stream.close();
    await broken;
    expect(container.kernel.accounting().channels).toBe(0);
  });
});
