import { Errno } from '@slipway/posix';
import {
  encodeRelayFrame,
  parseRelayFrame,
  RELAY_PIECE_BYTES,
  RELAY_WINDOW,
  RelayCloseReason,
  type RelayFrame,
} from '@slipway/wire';
import { describe, expect, it } from 'vitest';
import type { ByteStream } from '../bytes/byte-stream.ts';
import { carryThroughRelay } from './carry-through-relay.ts';
import { RelayClient } from './relay-client.ts';

/** The server's end, played by hand: what it got, and what it says. */
class Server {
  readonly got: RelayFrame[] = [];
  lines = 0;
  ticket: string | null = 'ticket';
  now = 0;
  #on: { message(bytes: Uint8Array): void; closed(): void } | undefined;

  readonly client = new RelayClient({
    ticket: async () => this.ticket,
    open: async (_ticket, on) => {
      this.lines++;
      this.#on = on;
      return { send: (message) => void this.got.push(parseRelayFrame(message)!), close: () => on.closed() };
    },
    nowMs: () => this.now,
  });

  say(frame: RelayFrame): void {
    this.#on!.message(encodeRelayFrame(frame));
  }
  sayRaw(bytes: Uint8Array): void {
    this.#on!.message(bytes);
  }
  breakLine(): void {
    this.#on!.closed();
  }
  async heard(count: number): Promise<void> {
    while (this.got.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
  async open(stream = 1): Promise<void> {
    await this.heard(1);
    this.say({ type: 'continue', stream, frames: RELAY_WINDOW });
  }
}

/** The program's end: what it wrote, and what it was told. */
class Program implements ByteStream {
  readonly told: (Uint8Array | number | 'closed')[] = [];
  readonly #writes: (Uint8Array<ArrayBuffer> | null)[] = [];
  #wake: () => void = () => undefined;
  /** Called before a write is taken. */
  slow: Promise<void> = Promise.resolve();
  says(bytes: Uint8Array<ArrayBuffer> | null): void {
    this.#writes.push(bytes);
    this.#wake();
  }
  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.#writes.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#writes.shift() ?? null;
  }
  async write(bytes: Uint8Array): Promise<void> {
    await this.slow;
    this.told.push(bytes);
  }
  close(): void {
    this.told.push('closed');
    this.says(null);
  }
  breakOff(errno: number): void {
    this.told.push(errno);
  }
}

const carry = (server: Server, program = new Program(), host = 'db.example.org') => ({
  program,
  carried: carryThroughRelay({ host, port: 5432, secure: false, stream: program }, server.client),
});
const data = (bytes: number, stream = 1): RelayFrame => ({
  type: 'data',
  stream,
  bytes: new Uint8Array(bytes).fill(7),
});

describe('a connection through the relay', () => {
  it('TC-08 sends in pieces, within what the server takes', async () => {
    const server = new Server();
    const { program, carried } = carry(server);
    await server.open();
    program.says(new Uint8Array((RELAY_WINDOW + 2) * RELAY_PIECE_BYTES));
    await server.heard(1 + RELAY_WINDOW);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.got).toHaveLength(1 + RELAY_WINDOW);
    expect(server.got[0]).toEqual({ type: 'connect', stream: 1, host: 'db.example.org', port: 5432, tls: false });
    server.say({ type: 'continue', stream: 1, frames: 8 });
    program.says(null);
    await server.heard(1 + RELAY_WINDOW + 3);
    expect(server.got.at(-1)).toEqual({ type: 'data', stream: 1, bytes: new Uint8Array() });
    server.say(data(3));
    server.say(data(0));
    expect(await carried).toBe(true);
    expect(program.told).toEqual([new Uint8Array(3).fill(7), 'closed']);
  });

  it('TC-08 takes no more than the program reads', async () => {
    const server = new Server();
    const { program, carried } = carry(server);
    let read: () => void = () => undefined;
    program.slow = new Promise((resolve) => (read = resolve));
    await server.open();
    for (let at = 0; at < RELAY_WINDOW; at++) server.say(data(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.got.filter(({ type }) => type === 'continue')).toEqual([]);
    read();
    await server.heard(2);
    expect(server.got[1]).toEqual({ type: 'continue', stream: 1, frames: RELAY_WINDOW / 4 });
    server.say({ type: 'close', stream: 1, reason: RelayCloseReason.voluntary });
    expect(await carried).toBe(true);
  });

  it('TC-08 ends by the error that the server names', async () => {
    for (const [reason, errno] of [
      [RelayCloseReason.refused, Errno.ECONNREFUSED],
      [RelayCloseReason.unreachable, Errno.EHOSTUNREACH],
      [RelayCloseReason.timeout, Errno.ETIMEDOUT],
      [RelayCloseReason.throttled, Errno.ECONNREFUSED],
      [RelayCloseReason.network, Errno.ECONNRESET],
    ] as const) {
      const server = new Server();
      const { program, carried } = carry(server);
      await server.heard(1);
      server.say({ type: 'close', stream: 1, reason });
      expect(await carried).toBe(true);
      expect(program.told).toEqual([errno]);
    }
  });

  it('TC-08 breaks with the line, in either of its ways, and the next one opens another', async () => {
    const server = new Server();
    const first = carry(server);
    await server.open();
    server.breakLine();
    expect(await first.carried).toBe(true);
    expect(first.program.told).toEqual([Errno.ECONNRESET, 'closed']);
    server.got.length = 0;
    const second = carry(server);
    await server.open();
    server.sayRaw(new Uint8Array([9, 9]));
    expect(await second.carried).toBe(true);
    expect(second.program.told).toEqual([Errno.ECONNRESET, 'closed']);
    expect(server.lines).toBe(2);
  });

  it('TC-07 leaves to the browser what the relay does not lead to, and asks again after a minute', async () => {
    const server = new Server();
    const first = carry(server);
    await server.heard(1);
    server.say({ type: 'close', stream: 1, reason: RelayCloseReason.blocked });
    expect(await first.carried).toBe(false);
    expect(await carry(server).carried).toBe(false);
    expect(server.got).toHaveLength(1);
    const other = carry(server, new Program(), 'other.example.org');
    await server.heard(2);
    server.say({ type: 'close', stream: 2, reason: RelayCloseReason.refused });
    expect(await other.carried).toBe(true);
    server.now = 61_000;
    const again = carry(server);
    await server.heard(3);
    server.say({ type: 'close', stream: 3, reason: RelayCloseReason.refused });
    expect(await again.carried).toBe(true);
  });

  it('TC-07 there is none for a container that gets no ticket, for a minute', async () => {
    const server = new Server();
    server.ticket = null;
    expect(await carry(server).carried).toBe(false);
    server.ticket = 'ticket';
    expect(await carry(server).carried).toBe(false);
    expect(server.lines).toBe(0);
    server.now = 61_000;
    const { carried } = carry(server);
    await server.heard(1);
    server.say({ type: 'close', stream: 1, reason: RelayCloseReason.refused });
    expect(await carried).toBe(true);
  });
});
