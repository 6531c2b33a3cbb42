import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';

/** The program that runs in the container, as it is. */
const BRIDGE = readFileSync(new URL('../../../../web/src/live/bridge.js', import.meta.url), 'utf8');

/** What an owner's tab does, with a native node in place of the container's. */
export interface FakeTab {
  readonly texts: string[];
  send(opcode: number, payload: Uint8Array): void;
  /** Bytes without a frame around them, as a tab that breaks the protocol would send them. */
  sendRaw(bytes: Uint8Array): void;
  /** The code of the close frame, once it is there, or undefined for a line that broke. */
  readonly closed: Promise<number | undefined>;
  close(): void;
}

/** A request to upgrade; resolves with the status that refused it, or the socket. */
export function upgrade(
  port: number,
  host: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; socket?: Duplex; head?: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = httpRequest({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        Host: `${host}:${port}`,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    sent.once('response', (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0 });
    });
    sent.once('upgrade', (answer, socket, head) => resolve({ status: answer.statusCode ?? 0, socket, head }));
    sent.once('error', reject);
    sent.end();
  });
}

/** Joins an upgraded socket with the program that connects to `programPort`. */
export function joinTab(socket: Duplex, head: Buffer, programPort: number): FakeTab {
  const program: ChildProcess = spawn(process.execPath, ['-e', BRIDGE, String(programPort)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const texts: string[] = [];
  let code: number | undefined;
  let buffered = Buffer.alloc(0);
  const send = (opcode: number, payload: Uint8Array): void => void socket.write(maskedFrame(opcode, payload));
  const receive = (bytes: Buffer): void => {
    buffered = Buffer.concat([buffered, bytes]);
    for (let frame = readFrame(buffered); frame !== undefined; frame = readFrame(buffered)) {
      buffered = buffered.subarray(frame.end);
      if (frame.opcode === 2) program.stdin?.write(frame.payload);
      else if (frame.opcode === 1) texts.push(frame.payload.toString());
      else if (frame.opcode === 8) code = frame.payload.readUInt16BE(0);
    }
  };
  socket.on('data', receive);
  socket.on('error', () => socket.destroy());
  receive(head);
  program.stdout?.on('data', (bytes: Buffer) => send(2, bytes));
  const closed = new Promise<number | undefined>((resolve) =>
    socket.once('close', () => {
      program.kill();
      resolve(code);
    }),
  );
  return { texts, send, sendRaw: (bytes) => void socket.write(bytes), closed, close: () => void socket.destroy() };
}

/** A frame of a browser: masked, whole. */
export function maskedFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  const mask = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at & 3]!)]);
}

/** Undefined until the frame is whole; `end` is where the next one begins. */
export function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]!;
  const begin = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < begin) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = begin + length;
  return bytes.length < end
    ? undefined
    : { opcode: bytes[0]! & 15, payload: Buffer.from(bytes.subarray(begin, end)), end };
}
