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
  #opened = false;
  #hold: Hold | null = null;

  constructor(realm: Realm, provider?: string) {
    super(realm, provider);
    this.#realm = realm;
  }

  /** MemoryInfoName of the C++ class. */
  get resourceName(): string {
    return `${this.constructor.name}Wrap`;
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
      handlesOf(this.#realm).delete(this);
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

  /** It has something open now, so it counts as a handle of the process until it is closed, active or not. */
  protected setOpened(): void {
    this.#opened = true;
    handlesOf(this.#realm).add(this);
  }

  protected setActive(active: boolean): void {
    this.#active = active;
    this.#settle();
  }

  #settle(): void {
    const wanted = this.#state === 'open' && this.#active && this.#referenced;
    if (wanted && this.#hold === null) {
      this.#hold = this.#realm.loop.hold();
      handlesOf(this.#realm).add(this);
    } else if (!wanted && this.#hold !== null) {
      if (!this.#opened) handlesOf(this.#realm).delete(this);
      this.#hold.release();
      this.#hold = null;
    }
  }
}

/** The binding name under which a realm keeps the handles that hold its loop. Not Node's. */
export const OPEN_HANDLES = 'slipway_open_handles';

function handlesOf(realm: Realm): Set<HandleWrap> {
  return realm.internalBinding(OPEN_HANDLES);
}

/** Those of Environment::handle_wrap_queue that keep the process alive. */
export function openHandlesOf(realm: Realm): readonly HandleWrap[] {
  return [...handlesOf(realm)].filter((handle) => handle.hasRef() !== false);
}
