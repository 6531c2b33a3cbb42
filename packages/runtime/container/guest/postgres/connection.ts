import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Frame, FrameReader, makeError, makeFrame, makeReady, PROTOCOL, readText } from './frames.ts';
import type { Client, Session } from './session.ts';

/** Codes in place of a version in a connection's first message ("SSLRequest", "GSSENCRequest", "CancelRequest"). */
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
/** A statement's name fits into NAMEDATALEN with our prefix, or is shortened. */
const NAME_LIMIT = 40;
const COPY_FROM_CLIENT = /\bcopy\b[^;]*\bfrom\s+stdin\b/i;

const NO_TURN =
  'another connection has kept a transaction open without a question for 10 seconds: this database is one session ' +
  '(PGlite), which serves one transaction at a time';
const NO_COPY = 'COPY FROM STDIN runs here as a query of its own, without parameters';

/** One connection: its messages go to the session in whole exchanges, its names get a prefix there. */
export class Connection implements Client {
  readonly #socket: Socket;
  readonly #id: number;
  readonly #open: (database: string) => Promise<Session>;
  readonly #reader = new FrameReader();
  /** Messages that wait for the one that ends their exchange (Sync or Flush). */
  #batch: Buffer[] = [];
  /** By the name in the session. */
  readonly #statements = new Set<string>();
  /** The last Parse without a name: another connection's takes its place. */
  #unnamed: Buffer | undefined;
  #parsedHere = false;
  #needsUnnamed = false;
  /** Query and data of a COPY from the client, which the engine wants at once. */
  #copy: Buffer[] | undefined;
  #refused: string | undefined;
  #inTransaction = false;
  #session: Session | undefined;

  constructor(socket: Socket, id: number, open: (database: string) => Promise<Session>) {
    this.#socket = socket;
    this.#id = id;
    this.#open = open;
  }

  async serve(): Promise<void> {
    try {
      for await (const chunk of this.#socket) {
        this.#reader.push(chunk as Buffer);
        if (this.#session === undefined && !(await this.#startUp())) continue;
        for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
          if (frame.type === 'X') return;
          await this.#take(frame);
        }
      }
    } finally {
      this.#socket.end();
      await this.#session?.leave(this, this.#statements, this.#inTransaction);
    }
  }

  notify(message: Buffer): void {
    this.#socket.write(message);
  }

  end(reason: string): void {
    this.#session = undefined;
    // 57P02 crash_shutdown.
    this.#socket.end(makeError('FATAL', '57P02', reason));
  }

  /** False until there is a session. */
  async #startUp(): Promise<boolean> {
    for (let body = this.#reader.first(); body !== undefined; body = this.#reader.first()) {
      const code = body.readInt32BE(0);
      if (code === SSL_REQUEST || code === GSS_REQUEST) {
        // Not encrypted: the bytes never leave the tab.
        this.#socket.write('N');
        continue;
      }
      if (code === CANCEL_REQUEST || code >> 16 !== PROTOCOL >> 16) {
        this.#socket.end();
        return false;
      }
      const { database, user } = readParameters(body);
      try {
        this.#session = await this.#open(database ?? user ?? 'postgres');
      } catch (error) {
        this.#socket.end(makeError('FATAL', '08004', error instanceof Error ? error.message : String(error)));
        return false;
      }
      this.#session.clients.add(this);
      this.#socket.write(this.#session.greeting);
      return true;
    }
    return false;
  }

  async #take(frame: Frame): Promise<void> {
    if (this.#copy !== undefined) return await this.#takeCopy(frame);
    const { type, body } = frame;
    if (type === 'Q' && COPY_FROM_CLIENT.test(body.toString('utf8'))) {
      this.#copy = [frame.bytes];
      // CopyInResponse, said for the engine: text, no columns.
      this.#socket.write(makeFrame('G', Buffer.from([0, 0, 0])));
      return;
    }
    if (this.#refused !== undefined) {
      // As a server after an error: everything up to Sync is passed over.
      if (type !== 'S') return;
      this.#socket.write(Buffer.concat([makeError('ERROR', '0A000', this.#refused), makeReady(this.#status)]));
      this.#refused = undefined;
      this.#batch = [];
      return;
    }
    this.#batch.push(this.#renamed(frame));
    if (type === 'Q' || type === 'S' || type === 'H' || type === 'F') await this.#exchange();
  }

  async #takeCopy(frame: Frame): Promise<void> {
    if (frame.type !== 'd' && frame.type !== 'c' && frame.type !== 'f') return;
    this.#copy?.push(frame.bytes);
    if (frame.type === 'd') return;
    this.#batch = this.#copy ?? [];
    this.#copy = undefined;
    // 'G' has been said.
    await this.#exchange('G');
  }

  async #exchange(hidden = ''): Promise<void> {
    const session = this.#session;
    const messages = Buffer.concat(this.#batch);
    this.#batch = [];
    if (session === undefined) return;
    if (!(await session.turns.take(this))) {
      // 55P03 lock_not_available: drivers take it for what may be tried again.
      this.#socket.write(Buffer.concat([makeError('ERROR', '55P03', NO_TURN), makeReady('I')]));
      return;
    }
    if (this.#needsUnnamed && session.unnamed !== this && this.#unnamed !== undefined)
      await session.exchange(this, this.#unnamed);
    if (this.#parsedHere || this.#needsUnnamed) session.unnamed = this;
    this.#parsedHere = false;
    this.#needsUnnamed = false;
    const frames = await session.exchange(this, messages);
    const status = frames.findLast(({ type }) => type === 'Z')?.body.toString('latin1');
    this.#inTransaction = status !== 'I';
    if (this.#inTransaction) session.turns.keep(this);
    else session.turns.pass(this);
    this.#socket.write(Buffer.concat(frames.filter(({ type }) => type !== hidden).map(({ bytes }) => bytes)));
  }

  get #status(): 'I' | 'T' {
    return this.#inTransaction ? 'T' : 'I';
  }

  /** With the statement's name as the session has it. */
  #renamed({ type, bytes, body }: Frame): Buffer {
    if (type === 'P') {
      const [name, next] = readText(body, 0);
      if (COPY_FROM_CLIENT.test(body.toString('utf8', next))) this.#refused = NO_COPY;
      if (name === '') {
        this.#unnamed = bytes;
        this.#parsedHere = true;
        return bytes;
      }
      this.#statements.add(this.#nameOf(name));
      return makeFrame(type, Buffer.concat([this.#named(name), body.subarray(next)]));
    }
    if (type === 'B') {
      const [, at] = readText(body, 0);
      const [name, next] = readText(body, at);
      if (name === '') return this.#withUnnamed(bytes);
      return makeFrame(type, Buffer.concat([body.subarray(0, at), this.#named(name), body.subarray(next)]));
    }
    // Describe and Close: `S` a statement, `P` a portal, which lives no longer than its transaction.
    if ((type === 'D' || type === 'C') && body[0] === 0x53) {
      const [name] = readText(body, 1);
      if (name === '') return type === 'D' ? this.#withUnnamed(bytes) : bytes;
      if (type === 'C') this.#statements.delete(this.#nameOf(name));
      return makeFrame(type, Buffer.concat([Buffer.from('S'), this.#named(name)]));
    }
    return bytes;
  }

  #withUnnamed(bytes: Buffer): Buffer {
    if (!this.#parsedHere) this.#needsUnnamed = true;
    return bytes;
  }

  #named(name: string): Buffer {
    return Buffer.from(`${this.#nameOf(name)}\0`);
  }

  #nameOf(name: string): string {
    const short = name.length <= NAME_LIMIT ? name : createHash('sha1').update(name).digest('hex');
    return `${this.#id}_${short}`;
  }
}

function readParameters(body: Buffer): Readonly<Record<string, string | undefined>> {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let at = 4; at < body.length && body[at] !== 0;) {
    const [name, valueAt] = readText(body, at);
    const [value, next] = readText(body, valueAt);
    parameters[name] = value;
    at = next;
  }
  return parameters;
}
