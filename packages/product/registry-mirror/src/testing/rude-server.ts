import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server that takes every connection and then behaves badly. */
export interface RudeServer {
  readonly port: number;
  connected(): Promise<void>;
  /**
   * How many connections are open on which something was said. Node's fetch opens one to spare when
   * it gives one up.
   */
  open(): number;
  close(): Promise<void>;
}

/** `behave` is given each connection when its first bytes have come; without it the server is silent. */
export async function startRudeServer(behave: (socket: Socket) => void = () => undefined): Promise<RudeServer> {
  const sockets = new Set<Socket>();
  const used = new Set<Socket>();
  let onConnect: () => void = () => undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => (sockets.delete(socket), used.delete(socket)));
    // The other side gives up: that is what is tested.
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      used.add(socket);
      behave(socket);
    });
    // Read on, else the other side's end goes unseen.
    socket.on('data', () => undefined);
    onConnect();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connected: () => new Promise((resolve) => (sockets.size > 0 ? resolve() : (onConnect = resolve))),
    open: () => used.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Answers with headers and the beginning of a body, and then with nothing. */
export function falterAfterHeaders(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
}

/** Answers with a byte now and then, for ever. */
export function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n');
  const timer = setInterval(() => socket.write(' '), 20);
  socket.on('close', () => clearInterval(timer));
}
