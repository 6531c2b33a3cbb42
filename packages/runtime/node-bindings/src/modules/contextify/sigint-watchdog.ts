import { kernelMessagesOf } from '../../handles/kernel-messages.ts';
import type { Realm } from '../../realm/realm.ts';

/**
 * Keeps SIGINT from ending the process while code of the program is tried out.
 * Reference: SigintWatchdogHelper, src/node_watchdog.cc.
 *
 * A signal reaches a worker only between macrotasks, so it interrupts nothing; it
 * is noted. A loop without end that the REPL runs must still end by ^C, at the
 * cost of its process: the kernel is told of the watchdog only when the event
 * loop goes on below it, or when the program signals itself.
 */
export class SigintWatchdog {
  readonly #realm: Realm;
  #watchers = 0;
  #pending = false;
  /** While true the kernel tells us of SIGINT instead of ending the process. */
  #armed = false;
  #stopListening: (() => void) | undefined;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** A SIGINT has come since the last `start` or `stop`. */
  get pending(): boolean {
    return this.#pending;
  }

  /** True, as in Node: it can always watch. */
  start(): true {
    if (this.#watchers++ === 0) {
      this.#pending = false;
      const messages = kernelMessagesOf(this.#realm);
      const stopExpecting = messages.beforeOwnSignal('SIGINT', () => this.#arm());
      const stopListening = messages.on('signal', 'SIGINT', () => {
        this.#pending = true;
      });
      this.#stopListening = () => {
        stopExpecting();
        stopListening();
      };
      // Only when the loop turns below: until then ^C ends the process, as it must for a loop without end.
      this.#realm.loop.enqueueUnref(() => this.#arm());
    }
    return true;
  }

  /** Whether a signal has come; the next one of nested watchers does not hear of it again. */
  stop(): boolean {
    const { pending } = this;
    this.#pending = false;
    if (--this.#watchers === 0) this.#disarm();
    return pending;
  }

  #arm(): void {
    if (this.#watchers === 0 || this.#armed) return;
    this.#armed = true;
    this.#realm.sys.kernel.post({ type: 'signal-watch', signal: 'SIGINT', on: true });
  }

  #disarm(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    // The program may listen too.
    if (!kernelMessagesOf(this.#realm).hears('SIGINT'))
      this.#realm.sys.kernel.post({ type: 'signal-watch', signal: 'SIGINT', on: false });
    this.#armed = false;
  }
}
