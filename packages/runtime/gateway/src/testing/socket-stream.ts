/** A real TCP connection as a ByteStream: the gateway against real servers. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ByteStream } from '../bytes/byte-stream.ts';

export function socketStream(
  socket: Socket,
  cut: (bytes: Uint8Array) => Iterable<Uint8Array> = (bytes) => [bytes],
): ByteStream {
  const pieces: (Uint8Array<ArrayBuffer> | null)[] = [];
  let wake: () => void = () => undefined;
  const push = (piece: Uint8Array<ArrayBuffer> | null): void => {
    pieces.push(piece);
    wake();
  };
  socket.on('data', (bytes: Uint8Array) => {
    for (const piece of cut(bytes)) push(new Uint8Array(piece));
  });
  socket.on('end', () => push(null));
  socket.on('close', () => push(null));
  socket.on('error', () => push(null));
  return {
    async read() {
      while (pieces.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const [piece = null] = pieces;
      if (piece !== null) pieces.shift();
      return piece;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) reject(new Error('closed'));
        else socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => void socket.destroy(),
    breakOff: () => void socket.resetAndDestroy(),
  };
}

/** Byte by byte: what a parser must survive. */
export function* singleBytes(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
}

export function connectTo(port: number, cut?: (bytes: Uint8Array) => Iterable<Uint8Array>): ByteStream {
  return socketStream(connect(port, '127.0.0.1'), cut);
}

export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

/** A server that says exactly these bytes to every connection, after the first piece it receives. */
export function rawServer(answer: string | Uint8Array, end = false): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (end ? socket.end(answer) : socket.write(answer)));
  });
}
