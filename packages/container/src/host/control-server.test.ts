import { AsyncVfsClient } from '@slipway/vfs';
import { startVolume, type TestVolume } from '@slipway/vfs/testing/threads.ts';
import { controlEvent, controlReply, type ControlMessage } from '@slipway/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BootProgress } from './boot-progress.ts';
import { ControlServer } from './control-server.ts';
import { PreviewPlace } from './preview-place.ts';
import { FakeHost } from './testing/fake-host.ts';

let volume: TestVolume;
let host: FakeHost;
let boot: BootProgress;
let place: PreviewPlace;
let server: ControlServer;
let port: MessagePort;
let messages: ControlMessage[];

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Waits for a message that fits. */
async function until<T extends ControlMessage>(fits: (message: ControlMessage) => message is T): Promise<T> {
  for (;;) {
    const found = messages.find(fits);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const reply = (id: number): Promise<Extract<ControlMessage, { type: 'reply' }>> => until((message): message is Extract<ControlMessage, { type: 'reply' }> => message.type === 'reply' && message.id === id);
const event = <K extends ControlMessage['type']>(type: K): Promise<Extract<ControlMessage, { type: K }>> => until((message): message is Extract<ControlMessage, { type: K }> => message.type === type);

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
  });
  boot = new BootProgress();
  place = new PreviewPlace(() => place.set('here'));
  const channel = new MessageChannel();
  messages = [];
  port = channel.port2;
  port.addEventListener('message', (message) => messages.push((message as MessageEvent<ControlMessage>).data));
  port.start();
  server = new ControlServer(channel.port1, boot, (number) => `http://${number}--id.test`, place);
});
afterEach(() => {
  server.detach();
  port.close();
});

describe('ControlServer', () => {
  test('tells of the boot from the first moment, whoever asks when', async () => {
    boot.advance('file-system', { fraction: 0.5 });
    boot.advance('assets');
    boot.advance('ready');
    await until((message): message is Extract<ControlMessage, { type: 'boot' }> => message.type === 'boot' && message.phase === 'ready');
    expect(messages.map((message) => (message.type === 'boot' ? [message.phase, message.fraction] : message.type))).toEqual([['assets', undefined], ['file-system', 0.5], ['ready', undefined]]);
    for (const message of messages) expect(controlEvent.safeParse(message).success).toBe(true);
  });

  test('runs a program with its two outputs apart; the pid comes before its output', async () => {
    server.attach(host);
    port.postMessage({ type: 'run', id: 1, command: 'both', args: [] });
    const { pid } = (await reply(1)) as { pid?: number };
    expect(await event('exit')).toEqual({ type: 'exit', pid, code: 4, signal: null });
    const order = messages.filter(({ type }) => type !== 'boot').map((message) => (message.type === 'output' ? `${message.stream} ${new TextDecoder().decode(message.chunk)}` : message.type));
    expect(order).toEqual(['reply', 'stdout out', 'stderr err', 'exit']);
    for (const message of messages) expect(controlEvent.safeParse(message).success || controlReply.safeParse(message).success).toBe(true);
  });

  test('stdin is given whole and then ended', async () => {
    server.attach(host);
    port.postMessage({ type: 'run', id: 1, command: 'cat', args: [], stdin: utf8('given') });
    await event('exit');
    expect(new TextDecoder().decode((await event('output')).chunk)).toBe('given');
  });

  test('signals a process, and says why it cannot', async () => {
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

  test('topics are sent when they are subscribed and when they change', async () => {
    server.attach(host);
    port.postMessage({ type: 'subscribe', id: 1, topics: ['ports', 'processes', 'memory', 'persistence'] });
    await reply(1);
    expect(await event('memory')).toEqual({ type: 'memory', fileSystemUsedBytes: 1, fileSystemSizeBytes: 2 });
    expect(await event('persistence')).toEqual({ type: 'persistence', state: 'off' });
    host.ports.set(3000, () => {
      throw new Error('not connected to here');
    });
    host.emit({ type: 'port', port: 3000, action: 'open' });
    await until((message): message is Extract<ControlMessage, { type: 'ports' }> => message.type === 'ports' && message.ports.length === 1);
    expect(messages.findLast((message) => message.type === 'ports')).toEqual({ type: 'ports', ports: [{ port: 3000, pid: 1, url: 'http://3000--id.test' }] });
    messages.length = 0;
    for (let n = 0; n < 50; n++) host.emit({ type: 'processes' });
    await event('processes');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(messages.filter(({ type }) => type === 'processes').length).toBe(1);
  });

  test('what makes no sense, and what there is no container for, is answered', async () => {
    port.postMessage({ type: 'run', id: 1, command: 'both', args: [] });
    expect(await reply(1)).toMatchObject({ ok: false, code: 'EAGAIN' });
    server.attach(host);
    port.postMessage({ type: 'run', id: 2, command: 7, args: [] });
    expect(await reply(2)).toMatchObject({ ok: false, code: 'EINVAL' });
    port.postMessage({ type: 'explode', id: 3 });
    expect(await reply(3)).toMatchObject({ ok: false, code: 'EINVAL' });
    port.postMessage({ type: 'persist', id: 4 });
    expect(await reply(4)).toMatchObject({ ok: false, code: 'UNSUPPORTED' });
    port.postMessage(null);
    port.postMessage('hello');
    port.postMessage({ type: 'subscribe', id: 5, topics: [] });
    expect(await reply(5)).toMatchObject({ ok: true });
  });
});

test('the previews: where they are, told on subscription and when that changes; taken on request', async () => {
  place.set('elsewhere');
  port.postMessage({ type: 'subscribe', id: 70, topics: ['previews'] });
  expect(await event('previews')).toEqual({ type: 'previews', state: 'elsewhere' });
  port.postMessage({ type: 'take-previews', id: 71 });
  expect(await reply(71)).toMatchObject({ ok: true });
  expect(messages.filter(({ type }) => type === 'previews')).toEqual([{ type: 'previews', state: 'elsewhere' }, { type: 'previews', state: 'here' }]);
});
