import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connectTo, listen, singleBytes } from '../testing/socket-stream.ts';
import { openWebSocket, type WebSocketConnection, type WebSocketEvent } from './websocket-client.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The server's half of the handshake, then the given bytes, then whatever comes back. */
async function serve(
  script: (socket: Socket, next: () => Promise<Buffer>) => Promise<void>,
  extra = '',
  accept?: string,
): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let buffered = Buffer.alloc(0);
    let wake: () => void = () => undefined;
    socket.on('data', (bytes: Buffer) => {
      buffered = Buffer.concat([buffered, bytes]);
      wake();
    });
    const next = async (): Promise<Buffer> => {
      while (buffered.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const taken = buffered;
      buffered = Buffer.alloc(0);
      return taken;
    };
    void (async () => {
      let head = '';
      while (!head.includes('\r\n\r\n')) head += (await next()).toString('latin1');
      const key = /sec-websocket-key: (.+)\r\n/i.exec(head)?.[1] ?? '';
      const proof = accept ?? createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n${extra}\r\n`,
      );
      await script(socket, next);
    })();
  });
  servers.push(server);
  return listen(server);
}

const open = (port: number, protocols: string[] = []): Promise<WebSocketConnection> =>
  openWebSocket(connectTo(port, singleBytes), {
    target: '/ws',
    host: 'localhost',
    origin: 'http://localhost',
    protocols,
  });

async function events(socket: WebSocketConnection): Promise<WebSocketEvent[]> {
  const list: WebSocketEvent[] = [];
  await new Promise<void>((resolve) =>
    socket.run((event) => {
      list.push(event);
      if (event.type === 'close') resolve();
    }),
  );
  return list;
}

/** Takes a client frame apart. */
function unmask(frame: Buffer): { opcode: number; payload: Buffer } {
  const short = (frame[1] ?? 0) & 0x7f;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short === 127 ? Number(frame.readBigUInt64BE(2)) : short;
  expect((frame[1] ?? 0) & 0x80).toBe(0x80);
  const mask = frame.subarray(at, at + 4);
  return {
    opcode: (frame[0] ?? 0) & 0x0f,
    payload: Buffer.from(frame.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ (mask[index & 3] ?? 0))),
  };
}

const text = (value: string): Buffer => Buffer.from([0x81, value.length, ...Buffer.from(value)]);
const close = (code: number): Buffer => Buffer.from([0x88, 2, code >> 8, code & 255]);

describe('openWebSocket', () => {
  it('text, binary, fragments with a ping between them, and the closing handshake', async () => {
    const port = await serve(async (socket, next) => {
      socket.write(
        Buffer.concat([
          text('one'),
          Buffer.from([0x82, 126, 1, 0, ...Buffer.alloc(256, 7)]),
          Buffer.from([0x01, 1, 0xc3]),
          Buffer.from([0x89, 1, 0x70]),
          Buffer.from([0x80, 1, 0xbc]),
          close(4001),
        ]),
      );
      expect(unmask(await next())).toMatchObject({ opcode: 0xa, payload: Buffer.from('p') });
    });
    const list = await events(await open(port));
    expect(
      list.map((event) =>
        event.type === 'message' ? (typeof event.data === 'string' ? event.data : event.data.length) : event,
      ),
    ).toEqual(['one', 256, 'ü', { type: 'close', code: 4001, reason: '', clean: true }]);
  });

  it('what we send is masked and whole, in all three sizes of a length', async () => {
    const got: Buffer[] = [];
    const port = await serve(async (socket, next) => {
      for (const size of [3, 300, 70_000]) {
        const want = size + 4 + (size < 126 ? 2 : size < 65_536 ? 4 : 10);
        let frame = Buffer.alloc(0);
        while (frame.length < want) frame = Buffer.concat([frame, await next()]);
        got.push(unmask(frame).payload);
        socket.write(text('ok'));
      }
      socket.write(close(1000));
    });
    const socket = await open(port);
    const done = new Promise<void>((resolve) => {
      const sizes = [300, 70_000];
      socket.run(async (event) => {
        const size = sizes.shift();
        if (event.type === 'close') resolve();
        else if (size !== undefined) await socket.send(new Uint8Array(size).fill(1));
      });
    });
    await socket.send('abc');
    await done;
    expect(got.map((payload) => payload.length)).toEqual([3, 300, 70_000]);
    expect(got[0]?.toString()).toBe('abc');
  });

  it('our close carries code and reason; the answer ends it cleanly', async () => {
    const port = await serve(async (socket, next) => {
      const { opcode, payload } = unmask(await next());
      expect(opcode).toBe(8);
      expect([payload.readUInt16BE(0), payload.subarray(2).toString()]).toEqual([3000, 'bye']);
      socket.write(Buffer.from([0x88, payload.length, ...payload]));
    });
    const socket = await open(port);
    const all = events(socket);
    await socket.close(3000, 'bye');
    expect(await all).toEqual([{ type: 'close', code: 3000, reason: 'bye', clean: true }]);
  });

  it('a server that just goes away is an unclean close', async () => {
    const port = await serve(async (socket) => void socket.end(text('x')));
    expect((await events(await open(port))).at(-1)).toEqual({ type: 'close', code: 1006, reason: '', clean: false });
  });

  it.each([
    ['a masked frame', [0x81, 0x81, 0, 0, 0, 0, 65], 1002],
    ['a reserved bit', [0xc1, 1, 65], 1002],
    ['a continuation first', [0x80, 1, 65], 1002],
    ['an unknown opcode', [0x83, 0], 1002],
    ['a fragmented ping', [0x09, 0], 1002],
    ['a long ping', [0x89, 126, 0, 126], 1002],
    ['a message inside another', [0x01, 1, 65, 0x81, 1, 65], 1002],
    ['text that is not UTF-8', [0x81, 1, 0xff], 1007],
    ['half a close code', [0x88, 1, 3], 1002],
    ['a frame beyond all limits', [0x82, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255], 1009],
  ])('%s fails the connection, and the server is told why', async (_, bytes, code) => {
    let told = 0;
    const port = await serve(async (socket, next) => {
      socket.write(Buffer.from(bytes));
      const { opcode, payload } = unmask(await next());
      if (opcode === 8) told = payload.readUInt16BE(0);
    });
    const list = await events(await open(port));
    expect(list.at(-1)).toMatchObject({ type: 'close', code: 1006, clean: false });
    await expect.poll(() => told).toBe(code);
  });

  it('a wrong proof, a protocol or an extension nobody offered are refused', async () => {
    const idle = async (): Promise<void> => undefined;
    await expect(open(await serve(idle, '', 'wrong'))).rejects.toThrow('proof');
    await expect(open(await serve(idle, 'Sec-WebSocket-Protocol: b\r\n'), ['a'])).rejects.toThrow('not offered');
    await expect(open(await serve(idle, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'))).rejects.toThrow(
      'not offered',
    );
    expect((await open(await serve(idle, 'Sec-WebSocket-Protocol: a\r\n'), ['a', 'b'])).protocol).toBe('a');
  });
});
