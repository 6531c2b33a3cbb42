import type { Hold } from '../loop/loop.ts';
import type { Realm } from '../realm.ts';
import { AsyncWrap } from './async-wrap.ts';

/**
 * A libuv handle as lib sees it. Reference: Node src/handle_wrap.cc.
 *
 *   open ──close()──▶ closing ──(a task later)──▶ closed ──(its callback has run)──▶ gone
 *
 * It keeps the loop alive while it is open, active and referenced; `active` is
 * what the concrete handle says (`setActive`), as uv_is_active.
 *
 * State lives in private fields: lib puts properties of its own on handles.
 */
export abstract class HandleWrap extends AsyncWrap {
  readonly #realm: Realm;
  #state: 'open' | 'closing' | 'closed' | 'gone' = 'open';
  #active = false;
  #referenced = true;
  #hold: Hold | null = null;

  constructor(realm: Realm, provider?: string) {
    super(realm, provider);
    this.#realm = realm;
  }

  /** HandleWrap::Close */
  close(callback?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const { handle_onclose } = this.#realm.symbols as { handle_onclose: symbol };
    if (typeof callback === 'function') Reflect.set(this, handle_onclose, callback);
    this.onClose();
    this.#settle();
    // A closing handle keeps the loop alive until its close callback has run.
    this.#realm.loop.enqueueClosing(() => {
      this.#state = 'closed';
      AsyncWrap.callMethod(this, handle_onclose);
      AsyncWrap.end(this);
      this.#state = 'gone';
    });
  }

  ref(): void {
    this.#referenced = true;
    this.#settle();
  }

  unref(): void {
    this.#referenced = false;
    this.#settle();
  }

  /** HandleWrap::HasRef; `undefined` when nothing is left behind the object. */
  hasRef(): boolean | undefined {
    if (this.#state === 'gone') return undefined;
    return this.#state !== 'closed' && this.#referenced;
  }

  /** Releases what the handle owns; runs once, inside `close`. */
  protected abstract onClose(): void;

  protected get realm(): Realm {
    return this.#realm;
  }

  protected get isOpen(): boolean {
    return this.#state === 'open';
  }

  protected setActive(active: boolean): void {
    this.#active = active;
    this.#settle();
  }

  #settle(): void {
    const wanted = this.#state === 'open' && this.#active && this.#referenced;
    if (wanted && this.#hold === null) this.#hold = this.#realm.loop.hold();
    else if (!wanted && this.#hold !== null) {
      this.#hold.release();
      this.#hold = null;
    }
  }
}
