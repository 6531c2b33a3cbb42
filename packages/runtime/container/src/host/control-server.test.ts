import { AsyncVfsClient } from '@slipway/vfs';
import { startVolume, type TestVolume } from '@slipway/vfs/testing';
import {
  controlEvent,
  controlReply,
  type ControlMessage,
  type ControlRequest,
  MAX_CREDIT_BYTES,
  MAX_NOTE,
  MAX_WAITING_WRITE_BYTES,
  MAX_WRITE_BYTES,
} from '@slipway/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BootProgress } from './boot-progress.ts';
import { ControlServer, type KeepWish } from './control-server.ts';
import { PreviewPlace } from './preview-place.ts';
import { FakeHost } from './testing/fake-host.ts';

let volume: TestVolume;
let host: FakeHost;
let boot: BootProgress;
let place: PreviewPlace;
let wish: KeepWish;
let server: ControlServer;
let port: MessagePort;
let messages: ControlMessage[];
let passed: string[];

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Waits for a message that fits. */
async function until<T extends ControlMessage>(fits: (message: ControlMessage) => message is T): Promise<T> {
  for (;;) {
    const found = messages.find(fits);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const reply = (id: number): Promise<Extract<ControlMessage, { type: 'reply' }>> =>
  until(
    (message): message is Extract<ControlMessage, { type: 'reply' }> => message.type === 'reply' && message.id === id,
  );
const event = <K extends ControlMessage['type']>(type: K): Promise<Extract<ControlMessage, { type: K }>> =>
  until((message): message is Extract<ControlMessage, { type: K }> => message.type === type);

beforeAll(() => {
  volume = startVolume();
});
afterAll(() => volume.stop());

beforeEach(async () => {
  const fs = new AsyncVfsClient(volume.memory);
  await fs.mkdirAll('/home/project', 0o755);
  host = new FakeHost(fs, '/home/project', {
    both: async ({ print }) => {
      await print(utf8('out'), 'stdout');
      await print(utf8('err'), 'stderr');
      return 4;
    },
    cat: async ({ print, input }) => {
      for (let piece = await input(); piece !== null; piece = await input()) await print(piece.slice());
      return 0;
    },
    forever: () => new Promise(() => undefined),
    // Four pieces of 1,000 bytes on each stream; what it got rid of is in `passed`.
    chatty: async ({ print }) => {
      const stream = async (name: 'stdout' | 'stderr'): Promise<void> => {
        for (let n = 0; n < 4; n++) {
          await print(new Uint8Array(1_000), name);
          passed.push(name);
        }
      };
      await Promise.all([stream('stdout'), stream('stderr')]);
      return 0;
    },
    // Ends at once; its last words are in the pipe still.
    hasty: async ({ print, hold }) => {
      hold(Promise.resolve(print(new Uint8Array(1_000))));
      return 0;
    },
  });
  passed = [];
  boot = new BootProgress();
  wish = { keep: false };
  place = new PreviewPlace(() => place.set('here'));
  const channel = new MessageChannel();
  messages = [];
  port = channel.port2;
  port.addEventListener('message', (message) => messages.push((message as MessageEvent<ControlMessage>).data));
  port.start();
  server = new ControlServer(channel.port1, boot, {
    previewUrl: (number) => `http://${number}--id.test`,
    place,
    wish,
  });
});
afterEach(() => {
  server.detach();
  port.close();
});

describe('ControlServer', () => {
  it('tells of the boot from the first moment, whoever asks when', async () => {
    boot.advance('file-system', { fraction: 0.5 });
    boot.advance('assets');
    boot.advance('ready');
    await until(
      (message): message is Extract<ControlMessage, { type: 'boot' }> =>
        message.type === 'boot' && message.phase === 'ready',
    );
    expect(
      messages.map((message) => (message.type === 'boot' ? [message.phase, message.fraction] : message.type)),
    ).toEqual([
      ['assets', undefined],
      ['file-system', 0.5],
      ['ready', undefined],
    ]);
    for (const message of messages) expect(controlEvent.safeParse(message).success).toBe(true);
  });

  it('runs a program with its two outputs apart; the pid comes before its output', async () => {
    server.attach(host);
    port.postMessage({ type: 'run', id: 1, command: 'both', args: [] });
    const { pid } = (await reply(1)) as { pid?: number };
    expect(await event('exit')).toEqual({ type: 'exit', pid, code: 4, signal: null });
    expect(await event('end')).toEqual({ type: 'end', pid });
    const order = messages
      .filter(({ type }) => type !== 'boot')
      .map((message) =>
        message.type === 'output' ? `${message.stream} ${new TextDecoder().decode(message.chunk)}` : message.type,
      );
    expect(order).toEqual(['reply', 'stdout out', 'stderr err', 'exit', 'end']);
    for (const message of messages)
      expect(controlEvent.safeParse(message).success || controlReply.safeParse(message).success).toBe(true);
  });

  it('stdin is given whole and then ended', async () => {
    server.attach(host);
    port.postMessage({ type: 'run', id: 1, command: 'cat', args: [], stdin: utf8('given') });
    await event('exit');
    expect(new TextDecoder().decode((await event('output')).chunk)).toBe('given');
  });

  it('signals a process, and says why it cannot', async () => {
    server.attach(host);
    port.postMessage({ type: 'run', id: 1, command: 'forever', args: [] });
    const { pid } = (await reply(1)) as { pid: number };
    port.postMessage({ type: 'signal', id: 2, pid, signal: 'SIGTERM' });
    expect(await reply(2)).toMatchObject({ ok: true });
    expect(await event('exit')).toMatchObject({ code: null, signal: 'SIGTERM' });
    port.postMessage({ type: 'signal', id: 3, pid: 999, signal: 'SIGTERM' });
    expect(await reply(3)).toMatchObject({ ok: false, code: 'ESRCH' });
    port.postMessage({ type: 'run', id: 4, command: 'missing', args: [] });
    expect(await reply(4)).toMatchObject({ ok: false, code: 'ENOENT' });
  });

  it('topics are sent when they are subscribed and when they change', async () => {
    server.attach(host);
    port.postMessage({ type: 'subscribe', id: 1, topics: ['ports', 'processes', 'memory', 'persistence'] });
    await reply(1);
    expect(await event('memory')).toEqual({ type: 'memory', fileSystemUsedBytes: 1, fileSystemSizeBytes: 2 });
    expect(await event('persistence')).toEqual({ type: 'persistence', state: 'off', restored: false });
    host.ports.set(3000, () => {
      throw new Error('not connected to here');
    });
    host.emit({ type: 'port', port: 3000, action: 'open' });
    await until(
      (message): message is Extract<ControlMessage, { type: 'ports' }> =>
        message.type === 'ports' && message.ports.length === 1,
    );
    expect(messages.findLast((message) => message.type === 'ports')).toEqual({
      type: 'ports',
      ports: [{ port: 3000, pid: 1, url: 'http://3000--id.test' }],
    });
    messages.length = 0;
    for (let n = 0; n < 50; n++) host.emit({ type: 'processes' });
    await event('processes');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(messages.filter(({ type }) => type === 'processes').length).toBe(1);
  });

  it('what makes no sense, and what there is no container for, is answered', async () => {
    port.postMessage({ type: 'run', id: 1, command: 'both', args: [] });
    expect(await reply(1)).toMatchObject({ ok: false, code: 'EAGAIN' });
    server.attach(host);
    port.postMessage({ type: 'run', id: 2, command: 7, args: [] });
    expect(await reply(2)).toMatchObject({ ok: false, code: 'EINVAL' });
    port.postMessage({ type: 'explode', id: 3 });
    expect(await reply(3)).toMatchObject({ ok: false, code: 'EINVAL' });
    port.postMessage(null);
    port.postMessage('hello');
    port.postMessage({ type: 'subscribe', id: 5, topics: [] });
    expect(await reply(5)).toMatchObject({ ok: true });
  });
});

it('what is kept: asked for before there is a container, told when it changes, with a note of its page', async () => {
  port.postMessage({ type: 'keep', id: 60 });
  expect(await reply(60)).toMatchObject({ ok: true });
  expect(wish).toEqual({ keep: true });
  server.attach(host);
  port.postMessage({ type: 'subscribe', id: 61, topics: ['persistence'] });
  await event('persistence');
  host.keptState = { state: 'kept', restored: true, note: 'before' };
  host.emit({ type: 'persistence' });
  await until(
    (message): message is Extract<ControlMessage, { type: 'persistence' }> =>
      message.type === 'persistence' && message.state === 'kept' && message.restored && message.note === 'before',
  );
  port.postMessage({ type: 'persist', id: 62, note: 'after' });
  expect(await reply(62)).toMatchObject({ ok: true });
  expect(host.notes).toEqual(['after']);
  port.postMessage({ type: 'persist', id: 63, note: 'x'.repeat(MAX_NOTE + 1) });
  expect(await reply(63)).toMatchObject({ ok: false, code: 'EINVAL' });
  port.postMessage({ type: 'forget-kept', id: 64 });
  expect(await reply(64)).toMatchObject({ ok: true });
  host.keptState = { state: 'elsewhere', restored: false };
  port.postMessage({ type: 'forget-kept', id: 65 });
  expect(await reply(65)).toMatchObject({ ok: false, code: 'EBUSY' });
});

it('the previews: where they are, told on subscription and when that changes; taken on request', async () => {
  place.set('elsewhere');
  port.postMessage({ type: 'subscribe', id: 70, topics: ['previews'] });
  expect(await event('previews')).toEqual({ type: 'previews', state: 'elsewhere' });
  port.postMessage({ type: 'take-previews', id: 71 });
  expect(await reply(71)).toMatchObject({ ok: true });
  expect(messages.filter(({ type }) => type === 'previews')).toEqual([
    { type: 'previews', state: 'elsewhere' },
    { type: 'previews', state: 'here' },
  ]);
});

describe('a process with open pipes', () => {
  type RunFields = Omit<Extract<ControlRequest, { type: 'run' }>, 'type' | 'id' | 'args'>;
  let lastId = 0;
  beforeEach(() => {
    server.attach(host);
    lastId = 0;
  });

  type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;
  const ask = (request: WithoutId<ControlRequest>): Promise<Extract<ControlMessage, { type: 'reply' }>> => {
    lastId++;
    port.postMessage({ ...request, id: lastId });
    return reply(lastId);
  };
  const start = async (fields: RunFields): Promise<number> => {
    const answered = await ask({ type: 'run', args: [], ...fields });
    if (!answered.ok || answered.pid === undefined) throw new Error(`Cannot run "${fields.command}"`);
    return answered.pid;
  };
  const bytesOf = (stream: 'stdout' | 'stderr'): number =>
    messages.reduce((sum, m) => sum + (m.type === 'output' && m.stream === stream ? m.chunk.length : 0), 0);
  /** Whatever was on its way has come. */
  const settled = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) await ask({ type: 'subscribe', topics: [] });
  };

  it('gets what is written, as it is written, until its input is closed', async () => {
    const pid = await start({ command: 'cat', stdin: utf8('a'), keepStdin: true });
    expect(await ask({ type: 'write', pid, bytes: utf8('b') })).toMatchObject({ ok: true });
    await until((m): m is ControlMessage => m.type === 'output' && new TextDecoder().decode(m.chunk) === 'b');
    expect(messages.some(({ type }) => type === 'exit')).toBe(false);
    expect(await ask({ type: 'close', pid })).toMatchObject({ ok: true });
    expect(await event('end')).toEqual({ type: 'end', pid });
  });

  it('a write is answered when the program has taken it; more than may wait is refused', async () => {
    const pid = await start({ command: 'forever', keepStdin: true });
    const write = { type: 'write', pid, bytes: new Uint8Array(MAX_WRITE_BYTES) } as const;
    const first = lastId + 1;
    for (let n = 0; n < MAX_WAITING_WRITE_BYTES / MAX_WRITE_BYTES; n++) port.postMessage({ ...write, id: ++lastId });
    expect(await ask({ type: 'write', pid, bytes: utf8('x') })).toMatchObject({ ok: false, code: 'EAGAIN' });
    expect(messages.some((m) => m.type === 'reply' && m.id === first)).toBe(false);
    await ask({ type: 'signal', pid, signal: 'SIGKILL' });
    expect(await reply(first)).toMatchObject({ ok: false, code: 'EPIPE' });
  });

  it('a write is refused by code: too large, closed, no such process, somebody else\u2019s', async () => {
    const pid = await start({ command: 'forever', keepStdin: true });
    const large = new Uint8Array(MAX_WRITE_BYTES + 1);
    expect(await ask({ type: 'write', pid, bytes: large })).toMatchObject({ ok: false, code: 'EMSGSIZE' });
    await ask({ type: 'close', pid });
    expect(await ask({ type: 'close', pid })).toMatchObject({ ok: true });
    expect(await ask({ type: 'write', pid, bytes: utf8('x') })).toMatchObject({ ok: false, code: 'EPIPE' });
    const closed = await start({ command: 'forever' });
    expect(await ask({ type: 'write', pid: closed, bytes: utf8('x') })).toMatchObject({ ok: false, code: 'EPIPE' });
    const other = host.spawn({
      command: 'forever',
      args: [],
      cwd: '/home/project',
      env: {},
      stdio: { kind: 'separate' },
      onOutput: () => undefined,
    });
    if (typeof other === 'number') throw new Error('Cannot start the other process');
    const requests: WithoutId<ControlRequest>[] = [
      { type: 'write', pid: other.pid, bytes: utf8('x') },
      { type: 'close', pid: other.pid },
      { type: 'grant', pid: other.pid, stream: 'stdout', bytes: 1 },
    ];
    for (const request of requests) expect(await ask(request)).toMatchObject({ ok: false, code: 'EPERM' });
    for (const request of requests)
      expect(await ask({ ...request, pid: 999 } as typeof request)).toMatchObject({ ok: false, code: 'ESRCH' });
  });

  it('sends no more than was granted, for each stream; what is beyond stays with the program', async () => {
    const pid = await start({ command: 'chatty', credit: 1_500 });
    await settled();
    expect([bytesOf('stdout'), bytesOf('stderr')]).toEqual([1_500, 1_500]);
    expect(passed).toEqual(['stdout', 'stderr']);
    await ask({ type: 'grant', pid, stream: 'stderr', bytes: 1_000 });
    await settled();
    expect([bytesOf('stdout'), bytesOf('stderr')]).toEqual([1_500, 2_500]);
    await ask({ type: 'grant', pid, stream: 'stderr', bytes: 100_000 });
    await settled();
    expect(passed.filter((stream) => stream === 'stderr').length).toBe(4);
    expect([bytesOf('stdout'), bytesOf('stderr')]).toEqual([1_500, 4_000]);
    await ask({ type: 'grant', pid, stream: 'stdout', bytes: 2_500 });
    await event('end');
    expect([bytesOf('stdout'), bytesOf('stderr')]).toEqual([4_000, 4_000]);
  });

  it('credit has a limit and a sign; a process without credit needs none', async () => {
    const huge = { type: 'run', command: 'chatty', args: [], credit: MAX_CREDIT_BYTES + 1 } as const;
    expect(await ask(huge)).toMatchObject({ ok: false, code: 'EOVERFLOW' });
    expect(await ask({ ...huge, credit: -1 })).toMatchObject({ ok: false, code: 'EINVAL' });
    const pid = await start({ command: 'chatty', credit: 0 });
    const grant = { type: 'grant', pid, stream: 'stdout', bytes: 1 } as const;
    for (const bytes of [-1, 0, 0.5, Number.NaN, Infinity])
      expect(await ask({ ...grant, bytes })).toMatchObject({ ok: false, code: 'EINVAL' });
    for (const bytes of [MAX_CREDIT_BYTES + 1, Number.MAX_SAFE_INTEGER])
      expect(await ask({ ...grant, bytes })).toMatchObject({ ok: false, code: 'EOVERFLOW' });
    expect(bytesOf('stdout')).toBe(0);
    expect(await ask({ ...grant, bytes: MAX_CREDIT_BYTES })).toMatchObject({ ok: true });
    await settled();
    expect(bytesOf('stdout')).toBe(4_000);
    const free = await start({ command: 'forever' });
    expect(await ask({ ...grant, pid: free, bytes: 5 })).toMatchObject({ ok: true });
  });

  it('ends for the page though its last words wait for credit, and these are not lost', async () => {
    const pid = await start({ command: 'hasty', credit: 0 });
    expect(await event('exit')).toMatchObject({ pid, code: 0 });
    await settled();
    expect(messages.some(({ type }) => type === 'quiet' || type === 'end')).toBe(false);
    await ask({ type: 'grant', pid, stream: 'stdout', bytes: 1_000 });
    await event('end');
    expect(bytesOf('stdout')).toBe(1_000);
    expect(await ask({ type: 'grant', pid, stream: 'stdout', bytes: 1 })).toMatchObject({ ok: false, code: 'ESRCH' });
  });

  it('a closed output is given up, and nothing of it comes any more', async () => {
    const pid = await start({ command: 'chatty', credit: 500 });
    await settled();
    await ask({ type: 'close', pid, stream: 'stdout' });
    await ask({ type: 'grant', pid, stream: 'stdout', bytes: 100_000 });
    await ask({ type: 'grant', pid, stream: 'stderr', bytes: 100_000 });
    await event('end');
    expect([bytesOf('stdout'), bytesOf('stderr')]).toEqual([500, 4_000]);
    expect(host.abandoned).toEqual([`${pid} stdout`]);
  });

  it('a page that goes breaks the pipes of what it ran, and of nothing else', async () => {
    const pid = await start({ command: 'chatty', credit: 0, keepStdin: true });
    port.close();
    await expect.poll(() => host.abandoned, { interval: 1 }).toEqual([`${pid} all`]);
    await expect.poll(() => passed.length, { interval: 1 }).toBe(8);
    expect(host.processes()).toEqual([]);
  });
});
