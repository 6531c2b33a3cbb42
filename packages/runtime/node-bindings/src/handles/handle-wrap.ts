import type { Hold } from '../realm/loop.ts';
import { RealmPart } from '../realm/realm-part.ts';
import type { Realm } from '../realm/realm.ts';
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
  /** `#opened`: something is open (a listener, a file). `#active`: it waits for something. */
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

  /**
   * HandleWrap::Close. Twice is once; `callback` runs after the immediates of this iteration,
   * as any close callback.
   */
  close(callback?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const { handle_onclose } = this.#realm.symbols as { handle_onclose: symbol };
    if (typeof callback === 'function') Reflect.set(this, handle_onclose, callback);
    // What the handle owns goes at once, its callback comes later: nobody may read from it in between.
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

  /** HandleWrap::Ref; without effect on a handle that is closing. */
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

  /** Behind a getter of the prototype: a field would show in `util.inspect` of every socket. */
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

  /**
   * To be called by the concrete handle when it begins or ends to wait for something (uv__handle_start,
   * uv__handle_stop).
   */
  protected setActive(active: boolean): void {
    this.#active = active;
    this.#settle();
  }

  /** The only place where the hold is taken or given back, so that it can be neither doubled nor lost. */
  #settle(): void {
    const wanted = this.#state === 'open' && this.#active && this.#referenced;
    if (wanted && this.#hold === null) {
      this.#hold = this.#realm.loop.hold();
      handlesOf(this.#realm).add(this);
    } else if (!wanted && this.#hold !== null) {
      // An idle handle without anything open behind it is none that process.getActiveResourcesInfo() should name.
      if (!this.#opened) handlesOf(this.#realm).delete(this);
      this.#hold.release();
      this.#hold = null;
    }
  }
}

/** Handles that hold the loop or have something open, per realm: process._getActiveHandles() shows them. */
const openHandles = new RealmPart(() => new Set<HandleWrap>());

function handlesOf(realm: Realm): Set<HandleWrap> {
  return openHandles.of(realm);
}

/** Those of Environment::handle_wrap_queue that keep the process alive. */
export function openHandlesOf(realm: Realm): readonly HandleWrap[] {
  return [...handlesOf(realm)].filter((handle) => handle.hasRef() !== false);
}
