import type { PreviewPurpose, SocketToKernel, SocketToPage } from '@slipway/gateway/preview';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebSocketShim, type WebSocketShim } from './websocket-shim.ts';

// Node has the classes of the page: events, ports, blobs, and a WebSocket of its own, whose prototype must not be lost.

let shim: WebSocketShim;
let kernel: MessagePort;
let opened: PreviewPurpose[];
let received: SocketToKernel[];
let ports: MessagePort[];

beforeEach(() => {
  vi.stubGlobal('location', new URL('http://p--3000.test:8080/app/page.html'));
  opened = [];
  received = [];
  ports = [];
  shim = createWebSocketShim(WebSocket, { origin: 'http://p--3000.test:8080', port: '3000' }, (purpose) => {
    opened.push(purpose);
    const { port1, port2 } = new MessageChannel();
    kernel = port2 as unknown as MessagePort;
    kernel.onmessage = ({ data }: MessageEvent<SocketToKernel>) => void received.push(data);
    ports.push(port1 as unknown as MessagePort, kernel);
    return port1 as unknown as MessagePort;
  });
});
afterEach(() => {
  for (const port of ports) port.close();
  vi.unstubAllGlobals();
});

const connect = (address = '/live', protocols?: string | string[]): WebSocket => new shim.WebSocket(address, protocols);
const say = (message: SocketToPage): void => kernel.postMessage(message);
const next = (socket: WebSocket, type: string): Promise<Event> =>
  new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
const heard = (count: number): Promise<void> => vi.waitFor(() => expect(received).toHaveLength(count));

async function open(protocol = ''): Promise<WebSocket> {
  const socket = connect();
  const event = next(socket, 'open');
  say({ type: 'open', protocol });
  await event;
  return socket;
}

describe('addresses', () => {
  it.each([
    ['/live', '/live'],
    ['live?x=1', '/app/live?x=1'],
    ['ws://p--3000.test:8080/', '/'],
    ['http://p--3000.test:8080/a#b', '/a'],
    ['ws://p--3000.test:3000/ws', '/ws'],
    ['wss://p--3000.test:3000/ws', '/ws'],
  ])('%s of the preview goes to the kernel as %s', (address, target) => {
    connect(address);
    expect(opened).toEqual([{ kind: 'socket', target, protocols: [] }]);
  });

  it.each([
    'ws://127.0.0.1:1/',
    'ws://p--3000.test:8081/',
    'ws://p--3000.test/',
    'ws://other.test:3000/',
    'ws://other.test:8080/',
  ])('%s is the browser’s own', (address) => {
    const socket = connect(address);
    socket.onerror = () => undefined;
    expect(opened).toEqual([]);
    expect(Object.getPrototypeOf(socket)).toBe(WebSocket.prototype);
    socket.close();
  });

  it('what is no address is refused in the browser’s own words', () => {
    expect(() => connect('ftp://p--3000.test:8080/')).toThrow(DOMException);
    expect(() => connect('http://[')).toThrow(DOMException);
  });

  it('protocols come as one or as a list', () => {
    connect('/', 'a');
    connect('/', ['b', 'c']);
    expect(opened.map((purpose) => purpose.kind === 'socket' && purpose.protocols)).toEqual([['a'], ['b', 'c']]);
  });
});

describe('what a page sees', () => {
  it('is a WebSocket in every way that is asked for', () => {
    const socket = connect();
    expect(socket).toBeInstanceOf(WebSocket);
    expect(socket).toBeInstanceOf(shim.WebSocket);
    expect([shim.WebSocket.OPEN, socket.OPEN, socket.readyState, socket.bufferedAmount]).toEqual([1, 1, 0, 0]);
    expect([socket.url, socket.extensions, socket.binaryType]).toEqual([
      'http://p--3000.test:8080/live'.replace('http', 'ws'),
      '',
      'blob',
    ]);
  });

  it('a subclass keeps its methods and its place', async () => {
    class Own extends shim.WebSocket {
      greet(): void {
        this.send('hello');
      }
    }
    const socket = new Own('/live');
    expect(socket).toBeInstanceOf(Own);
    const event = next(socket, 'open');
    say({ type: 'open', protocol: '' });
    await event;
    socket.greet();
    await heard(1);
    expect(received).toEqual([{ type: 'send', data: 'hello' }]);
  });

  it('opens with the protocol that was chosen, once', async () => {
    const socket = await open('b');
    expect([socket.readyState, socket.protocol]).toEqual([1, 'b']);
    say({ type: 'open', protocol: 'c' });
    const message = next(socket, 'message');
    say({ type: 'message', data: 'x' });
    await message;
    expect(socket.protocol).toBe('b');
  });

  it('texts come as texts, bytes as a Blob or a buffer, with the origin of the socket', async () => {
    const socket = await open();
    const receive = async (data: string | Uint8Array<ArrayBuffer>): Promise<MessageEvent<unknown>> => {
      const event = next(socket, 'message');
      say({ type: 'message', data });
      return (await event) as MessageEvent<unknown>;
    };
    const text = await receive('hi');
    expect([text.data, text.origin]).toEqual(['hi', 'ws://p--3000.test:8080']);
    const blob = (await receive(Uint8Array.of(1, 2))).data as Blob;
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(Uint8Array.of(1, 2));
    socket.binaryType = 'arraybuffer';
    expect((await receive(Uint8Array.of(3))).data).toEqual(Uint8Array.of(3).buffer);
  });

  it('on… handlers take turns with listeners, can be replaced and taken away', async () => {
    const socket = await open();
    const calls: string[] = [];
    socket.addEventListener('message', () => calls.push('listener'));
    socket.onmessage = () => calls.push('first');
    socket.onmessage = function (this: WebSocket) {
      calls.push(this === socket ? 'second' : 'lost');
    };
    const receive = async (): Promise<void> => {
      const event = next(socket, 'message');
      say({ type: 'message', data: '' });
      await event;
    };
    await receive();
    socket.onmessage = null;
    await receive();
    expect(socket.onmessage).toBeNull();
    expect(calls).toEqual(['listener', 'second', 'listener']);
  });
});

describe('sending', () => {
  it('before it is open is a mistake of the page', () => {
    expect(() => connect().send('x')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
  });

  it('keeps the order, though blobs are read first, and counts what waits', async () => {
    const socket = await open();
    socket.send(new Blob(['blob']));
    socket.send('texté');
    const buffer = Uint8Array.of(9, 1, 2, 9);
    socket.send(buffer.subarray(1, 3));
    buffer.fill(0);
    socket.send(Uint8Array.of(3).buffer);
    expect(socket.bufferedAmount).toBe(4 + 6 + 2 + 1);
    await heard(4);
    expect(
      received.map(
        (message) => message.type === 'send' && (typeof message.data === 'string' ? message.data : [...message.data]),
      ),
    ).toEqual([[...Buffer.from('blob')], 'texté', [1, 2], [3]]);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('after the end is counted and goes nowhere', async () => {
    const socket = await open();
    socket.close();
    socket.send('late');
    await heard(1);
    expect([received, socket.bufferedAmount]).toEqual([[{ type: 'close', reason: '' }], 4]);
  });
});

describe('the end', () => {
  const close = async (socket: WebSocket): Promise<CloseEvent> => (await next(socket, 'close')) as CloseEvent;

  it('waits for what was sent, and closes when the kernel says so', async () => {
    const socket = await open();
    socket.send(new Blob(['x']));
    socket.close(3001, 'done');
    expect(socket.readyState).toBe(2);
    await heard(2);
    expect(received[1]).toEqual({ type: 'close', code: 3001, reason: 'done' });
    const closed = close(socket);
    say({ type: 'close', code: 3001, reason: 'done', clean: true });
    expect(await closed).toMatchObject({ code: 3001, reason: 'done', wasClean: true });
    expect(socket.readyState).toBe(3);
  });

  it.each([0, 999, 1001, 1006, 2999, 5000])('a code of %i is no page’s to give', async (code) => {
    const socket = await open();
    expect(() => socket.close(code)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    expect(socket.readyState).toBe(1);
  });

  it('a reason has 123 bytes of UTF-8 at most', async () => {
    const socket = await open();
    expect(() => socket.close(1000, 'é'.repeat(62))).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    socket.close(1000, `${'é'.repeat(61)}x`);
    expect(socket.readyState).toBe(2);
  });

  it('closing before it is open fails it, without an answer', async () => {
    const socket = connect();
    const closed = close(socket);
    const failed = next(socket, 'error');
    socket.close();
    await failed;
    expect(await closed).toMatchObject({ code: 1006, wasClean: false });
  });

  it('a connection that is lost is told as an error, then as closed', async () => {
    const socket = await open();
    const events: string[] = [];
    for (const type of ['error', 'close']) socket.addEventListener(type, () => events.push(type));
    const closed = close(socket);
    say({ type: 'close', code: 1006, reason: '', clean: false });
    await closed;
    expect(events).toEqual(['error', 'close']);
  });

  it('the kernel’s end is the end of every socket, told once', async () => {
    const sockets = [connect(), connect()];
    const codes: number[] = [];
    for (const socket of sockets) socket.addEventListener('close', ({ code }) => codes.push(code));
    shim.kernelGone();
    shim.kernelGone();
    expect(codes).toEqual([1006, 1006]);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 3]);
  });
});
