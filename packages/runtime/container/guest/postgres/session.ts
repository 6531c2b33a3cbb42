import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { layOutCluster } from './cluster.ts';
import { type Frame, makeFrame, makeStartup, splitFrames } from './frames.ts';
import { Turns } from './turns.ts';

/** The engine's own; this room's library knows neither browser nor Node's types of it. */
declare const WebAssembly: { compile(bytes: Uint8Array<ArrayBuffer>): Promise<never> };

/** Others are told to come again when one has had a transaction open for so long without a question. */
const IDLE_LIMIT_MS = 10_000;

/** One connection; all of them share the single session. */
export interface Client {
  /** Tells what another one has notified. */
  notify(message: Buffer): void;
  end(reason: string): void;
}

/** One database: the single session that PGlite is, shared in turns. */
export class Session {
  readonly turns = new Turns<Client>(IDLE_LIMIT_MS);
  readonly clients = new Set<Client>();
  unnamed: Client | undefined;
  /** What the server says to somebody who has signed in. */
  readonly greeting: Buffer;
  readonly #engine: PGlite;
  readonly #listening = new Set<Client>();

  private constructor(engine: PGlite, greeting: Buffer) {
    this.#engine = engine;
    this.greeting = greeting;
  }

  /** Opens the database in `folder`, and makes it first where there is none. */
  static async open(home: string, folder: string): Promise<Session> {
    layOutCluster(join(home, 'cluster.bin'), folder);
    const engine = new PGlite({
      fs: new NodeFS(folder),
      pgliteWasmModule: await WebAssembly.compile(readFileSync(join(home, 'pglite.wasm'))),
      fsBundle: new Blob([readFileSync(join(home, 'pglite.data'))]),
    });
    await engine.waitReady;
    // Asked once: a second one would begin the session anew for everybody.
    const greeting = await engine.execProtocolRaw(makeStartup({ user: 'postgres', database: 'postgres' }));
    return new Session(engine, Buffer.from(greeting));
  }

  /** Has messages answered. What is notified goes to all who listen, which only the session as a whole knows. */
  async exchange(client: Client, messages: Buffer): Promise<Frame[]> {
    const frames = splitFrames(await this.#engine.execProtocolRaw(messages));
    for (const { type, body } of frames) {
      if (type !== 'C') continue;
      if (body.toString('latin1') === 'LISTEN\0') this.#listening.add(client);
      if (body.toString('latin1') === 'UNLISTEN\0') this.#listening.delete(client);
    }
    const notices = frames.filter(({ type }) => type === 'A');
    for (const { bytes } of notices) for (const each of this.#listening) if (each !== client) each.notify(bytes);
    return frames.filter(({ type }) => type !== 'A' || this.#listening.has(client));
  }

  /** The client has gone: its transaction is rolled back, and the last one takes along what the session keeps. */
  async leave(client: Client, statements: Iterable<string>, open: boolean): Promise<void> {
    this.clients.delete(client);
    this.#listening.delete(client);
    if (this.unnamed === client) this.unnamed = undefined;
    if (!(await this.turns.take(client))) return;
    try {
      if (open) await this.#engine.execProtocolRaw(query('ROLLBACK'));
      const closing = [...statements].map((name) => makeFrame('C', Buffer.from(`S${name}\0`)));
      if (closing.length > 0)
        await this.#engine.execProtocolRaw(Buffer.concat([...closing, makeFrame('S', Buffer.alloc(0))]));
      // Settings, temporary tables and advisory locks, which are everybody's while there is somebody.
      if (this.clients.size === 0) await this.#engine.execProtocolRaw(query('DISCARD ALL'));
    } finally {
      this.turns.pass(client);
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }
}

function query(text: string): Buffer {
  return makeFrame('Q', Buffer.from(`${text}\0`));
}
