import type { KernelMessage } from '@slipway/kernel';
import { RealmPart } from '../realm/realm-part.ts';
import type { Realm } from '../realm/realm.ts';

type Kind = KernelMessage['type'];
type MessageOf<K extends Kind> = Extract<KernelMessage, { type: K }>;
type Receiver<K extends Kind> = (message: MessageOf<K>) => void;

/** Which number in a message tells its receiver. */
const keyOf = {
  'child-exit': (message: MessageOf<'child-exit'>) => message.pid,
  accept: (message: MessageOf<'accept'>) => message.listener,
  passed: (message: MessageOf<'passed'>) => message.channel,
  connected: (message: MessageOf<'connected'>) => message.connection,
  datagram: (message: MessageOf<'datagram'>) => message.socket,
  'thread-exit': (message: MessageOf<'thread-exit'>) => message.threadId,
  signal: (message: MessageOf<'signal'>) => message.signal,
} as const;

type Routed = keyof typeof keyOf;
type KeyOf<K extends Routed> = ReturnType<(typeof keyOf)[K]>;

/**
 * Hands each message of the kernel to the handle it is for, as a task of the
 * loop. Not a binding of Node's: the process has exactly one receiver of kernel
 * messages, and pipes, sockets, children, threads and signals all need it.
 */
export class KernelMessages {
  /** By `<kind> <key>`. Sets, since several Signal handles may listen for one signal. */
  readonly #receivers = new Map<string, Set<(message: never) => void>>();
  readonly #beforeOwn = new Map<string, () => void>();

  readonly #realm: Realm;

  constructor(realm: Realm) {
    this.#realm = realm;
    realm.sys.kernel.onMessage((message) => {
      if (!isRouted(message)) return;
      // One string for both: a map of maps would be two look-ups for each datagram.
      const key = `${message.type} ${String(keyOf[message.type](message as never))}`;
      const receivers = this.#receivers.get(key);
      // The listener has gone while somebody connected: nobody will ever close our side of it.
      if (receivers === undefined && message.type === 'accept') refuseAccepted(realm, message.end);
      for (const receiver of receivers ?? []) {
        // The receiver's handle, not the message, keeps the loop alive.
        realm.loop.enqueueUnref(() => receiver(message as never));
      }
    });
  }

  /** Keeps the loop alive until a signal that is on its way, and that somebody listens for, has come. */
  expectSignal(signal: string): void {
    if (!this.hears(signal)) return;
    const hold = this.#realm.loop.hold();
    const stop = this.on('signal', signal, () => {
      stop();
      hold.release();
    });
  }

  /** `task` runs before the program sends the signal to itself, until the returned function is called. */
  beforeOwnSignal(signal: string, task: () => void): () => void {
    this.#beforeOwn.set(signal, task);
    return () => {
      this.#beforeOwn.delete(signal);
    };
  }

  /** Called by process.kill for a signal to this process: the kernel would bring it back only after this callback. */
  sendsItself(signal: string): void {
    this.#beforeOwn.get(signal)?.();
  }

  hears(signal: string): boolean {
    return this.#receivers.has(`signal ${signal}`);
  }

  /** Until the returned function is called, `receiver` gets the messages of this kind and key. */
  on<K extends Routed>(kind: K, key: KeyOf<K>, receiver: Receiver<K>): () => void {
    const name = `${kind} ${String(key)}`;
    const receivers = this.#receivers.get(name) ?? new Set();
    this.#receivers.set(name, receivers);
    receivers.add(receiver);
    return () => {
      receivers.delete(receiver);
      if (receivers.size === 0) this.#receivers.delete(name);
    };
  }
}

function isRouted(message: KernelMessage): message is MessageOf<Routed> {
  return message.type in keyOf;
}

/** The binding name under which a realm keeps its one KernelMessages. */
const kernelMessages = new RealmPart((realm) => new KernelMessages(realm));

/**
 * The realm's one receiver of kernel messages, made when the first handle asks: a prepared realm has no kernel yet.
 */
export function kernelMessagesOf(realm: Realm): KernelMessages {
  return kernelMessages.of(realm);
}

/** Lets go of a connection that came in too late: its other side sees the end. */
export function refuseAccepted(realm: Realm, { id, side }: MessageOf<'accept'>['end']): void {
  realm.sys.kernel.post({ type: 'channel-close', id, side });
}
