/**
 * Keeps SIGINT from ending the process while code of the program is tried out.
 * Reference: SigintWatchdogHelper, src/node_watchdog.cc. A signal reaches a
 * worker only between macrotasks, so it interrupts nothing; it is noted.
 */
import { kernelMessagesOf } from '../../net/kernel-messages.ts';
import type { Realm } from '../../realm.ts';

export class SigintWatchdog {
  readonly #realm: Realm;
  #watchers = 0;
  #pending = false;
  #stopListening: (() => void) | undefined;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** A SIGINT has come since the last `start` or `stop`. */
  get pending(): boolean {
    return this.#pending;
  }

  start(): void {
    if (this.#watchers++ > 0) return;
    this.#pending = false;
    this.#stopListening = kernelMessagesOf(this.#realm).on('signal', 'SIGINT', () => { this.#pending = true; });
    this.#realm.sys.kernel.post({ type: 'signal-watch', signal: 'SIGINT', on: true });
  }

  /** Whether a signal has come; the next one of nested watchers does not hear of it again. */
  stop(): boolean {
    const { pending } = this;
    this.#pending = false;
    if (--this.#watchers === 0) {
      this.#stopListening?.();
      this.#stopListening = undefined;
      // The program may listen too.
      if (!kernelMessagesOf(this.#realm).hears('SIGINT')) this.#realm.sys.kernel.post({ type: 'signal-watch', signal: 'SIGINT', on: false });
    }
    return pending;
  }
}
