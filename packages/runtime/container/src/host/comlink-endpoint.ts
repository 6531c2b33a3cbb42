/**
 * The hosted side of Comlink 4.3.0 (see wire/comlink.ts for the dialect).
 *
 * Stock Comlink walks any property path of any object, loses error codes, leaks
 * host stacks and never answers a message it cannot read. Here an exposed object
 * is an explicit table, a thrown error keeps what Node's errors carry, and every
 * message with an id is answered.
 */
import {
  parseComlinkReply,
  parseComlinkRequest,
  readRequestId,
  WireError,
  type ComlinkRequest,
  type RemoteCallback,
  type ThrownValue,
  type WireValue,
} from '@slipway/wire';

/** An object as the client sees it. Members not listed do not exist. */
export interface Exposed {
  /** For messages: `Cannot call fs.chmod: …`. */
  readonly name: string;
  readonly methods?: Readonly<Record<string, (args: readonly unknown[]) => unknown>>;
  /** Read with GET; a promise is awaited first. */
  readonly properties?: Readonly<Record<string, () => unknown>>;
  /** The object itself is a function. */
  readonly call?: (args: readonly unknown[]) => unknown;
  /** The client let go, or the session ended. */
  readonly released?: () => void;
}

/** A result that stays here; the client gets a port to it. */
export class Proxied {
  readonly exposed: Exposed;
  constructor(exposed: Exposed) {
    this.exposed = exposed;
  }
}

/** The buffers are gone here afterwards. */
export class Transferred {
  readonly value: unknown;
  readonly transfer: readonly ArrayBuffer[];
  constructor(value: unknown, transfer: readonly ArrayBuffer[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** Beyond either, the call that needs more is refused; the session goes on. */
export interface SessionLimits {
  /** Proxies the client holds at once. It never releases some kinds, so this is generous. */
  readonly proxies: number;
  /** Unanswered calls on one callback; a client that stops answering must not fill our memory. */
  readonly pendingCalls: number;
}

const defaultLimits: SessionLimits = { proxies: 20_000, pendingCalls: 10_000 };

/** What Node's file system errors have beside message and stack. */
const carried = ['code', 'errno', 'syscall', 'path', 'dest'] as const;

/** What the client's `Object.assign(new Error(message), value)` shall make of an error. */
export function describeThrown(thrown: unknown): ThrownValue {
  if (!(thrown instanceof Error)) return { isError: false, value: String(thrown) };
  const source = thrown as unknown as Record<string, unknown>;
  const fields: Record<string, string | number> = {};
  for (const key of carried) {
    const value = source[key];
    if (typeof value === 'string' || typeof value === 'number') fields[key] = value;
  }
  // Our own frames and URLs are none of the embedder's business.
  return {
    isError: true,
    value: { message: thrown.message, name: thrown.name, stack: `${thrown.name}: ${thrown.message}`, ...fields },
  };
}

/** All ports of one client; closing it releases every object on both sides. */
export class ComlinkSession {
  readonly #limits: SessionLimits;
  readonly #served = new Map<MessagePort, Exposed>();
  readonly #callbacks = new Set<RemoteCallback>();
  #closed = false;

  constructor(limits: SessionLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** Ports in use: for tests and the memory numbers. */
  get size(): number {
    return this.#served.size + this.#callbacks.size;
  }

  serve(exposed: Exposed, port: MessagePort): void {
    if (this.#closed) {
      port.close();
      return;
    }
    this.#served.set(port, exposed);
    port.addEventListener('message', (event) => {
      this.#receive(exposed, port, (event as MessageEvent<unknown>).data).catch((error: unknown) =>
        console.error(`Cannot answer a call of ${exposed.name}: ${String(error)}`),
      );
    });
    port.start();
  }

  /** Ends all but the answering of calls already made. */
  close(): void {
    this.#closed = true;
    for (const [port, exposed] of this.#served) this.#release(port, exposed);
    for (const callback of this.#callbacks) callback.release();
  }

  #release(port: MessagePort, exposed: Exposed): void {
    if (!this.#served.delete(port)) return;
    port.close();
    exposed.released?.();
  }

  /** One message of a port. Whatever it throws becomes the answer, so that the client's promise settles. */
  async #receive(exposed: Exposed, port: MessagePort, data: unknown): Promise<void> {
    const id = readRequestId(data);
    // Without an id nobody waits for an answer.
    if (id === undefined) return;
    let request: ComlinkRequest;
    try {
      request = parseComlinkRequest(data);
      if (request.type === 5) {
        port.postMessage({ type: 0, value: undefined, id });
        this.#release(port, exposed);
        return;
      }
      this.#reply(port, id, await this.#perform(exposed, request));
    } catch (error) {
      this.#post(port, { type: 3, name: 'throw', value: describeThrown(error) }, id, []);
    }
  }

  /**
   * A path of one name at most, and of own members alone: `constructor` and deeper paths are refused as any
   * unknown name.
   */
  #perform(exposed: Exposed, request: Extract<ComlinkRequest, { type: 0 | 2 }>): unknown {
    const [member, ...deeper] = request.path;
    if (deeper.length === 0) {
      if (request.type === 0 && member !== undefined) {
        if (exposed.properties !== undefined && Object.hasOwn(exposed.properties, member))
          return exposed.properties[member]?.();
      } else if (request.type === 2) {
        const method =
          member === undefined
            ? exposed.call
            : exposed.methods !== undefined && Object.hasOwn(exposed.methods, member)
              ? exposed.methods[member]
              : undefined;
        if (method !== undefined) return method(request.arguments.map((value) => this.#argument(value)));
      }
    }
    throw new WireError(
      `Cannot ${request.type === 0 ? 'read' : 'call'} ${[exposed.name, ...request.path].join('.')}: ` +
        'this container does not have it',
    );
  }

  /** The client sends functions as ports; no other proxy is an argument of any member. */
  #argument(value: WireValue): unknown {
    if (value.type === 0) return value.value;
    if (value.name === 'proxy') return this.#callback(value.value as MessagePort);
    throw new WireError('Cannot read argument: a thrown error is not one');
  }

  /** An object that is handed out stays served until the client lets go of its port or the session ends. */
  #reply(port: MessagePort, id: string, result: unknown): void {
    if (result instanceof Proxied) {
      if (this.#served.size >= this.#limits.proxies)
        throw new WireError(`Cannot hand out ${result.exposed.name}: ${this.#limits.proxies} objects are held already`);
      const channel = new MessageChannel();
      this.serve(result.exposed, channel.port1);
      this.#post(port, { type: 3, name: 'proxy', value: channel.port2 }, id, [channel.port2]);
    } else if (result instanceof Transferred) this.#post(port, { type: 0, value: result.value }, id, result.transfer);
    else this.#post(port, { type: 0, value: result }, id, []);
  }

  #post(port: MessagePort, value: WireValue, id: string, transfer: readonly Transferable[]): void {
    port.postMessage({ ...value, id }, [...transfer]);
  }

  /** A function of the client. Calls are answered in any order; `release` fails those still open. */
  #callback(port: MessagePort): RemoteCallback {
    const pending = new Map<string, { resolve(value: unknown): void; reject(error: unknown): void }>();
    let nextId = 0;
    let released = false;
    port.addEventListener('message', (event) => {
      const id = readRequestId((event as MessageEvent<unknown>).data);
      const call = id === undefined ? undefined : pending.get(id);
      if (id === undefined || call === undefined) return;
      pending.delete(id);
      try {
        const { value } = parseComlinkReply((event as MessageEvent<unknown>).data);
        if (value.type === 0) call.resolve(value.value);
        else if (value.name === 'throw')
          call.reject(
            value.value.isError
              ? Object.assign(new Error(value.value.value.message), { name: value.value.value.name })
              : value.value.value,
          );
        else {
          value.value.close();
          call.reject(new WireError('Cannot read result of a callback: it is a proxy'));
        }
      } catch (error) {
        call.reject(error);
      }
    });
    port.start();
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        if (released) throw new WireError('Cannot call the callback: it was released');
        if (pending.size >= this.#limits.pendingCalls)
          throw new WireError('Cannot call the callback: the client has stopped answering');
        const id = `h${nextId++}`;
        // Posted first: what cannot be cloned throws here and is not pending.
        port.postMessage({ id, type: 2, path: [], argumentList: args.map((value) => ({ type: 0, value })) });
        pending.set(id, { resolve, reject });
      });
    const callback: RemoteCallback = Object.assign(call, {
      release: () => {
        if (released) return;
        released = true;
        this.#callbacks.delete(callback);
        port.postMessage({ id: `h${nextId++}`, type: 5, path: [] });
        port.close();
        for (const open of pending.values()) open.reject(new WireError('Cannot call the callback: it was released'));
        pending.clear();
      },
    });
    this.#callbacks.add(callback);
    return callback;
  }
}
