import type { BootMessage } from './contract.ts';
import type { WorkerKind } from './exec.ts';
import { allocateReplyPage } from './reply-page.ts';

/** A worker as the kernel sees it; `container` makes it from a real one. */
export interface WorkerHandle {
  post(message: unknown, transfer?: readonly unknown[]): void;
  onMessage(receiver: (message: unknown, ports: readonly unknown[]) => void): void;
  /** The worker's script failed to load, or an error escaped it. */
  onError(receiver: (message: string) => void): void;
  terminate(): void;
}

/** A worker with a slot, booted or booting, that is nobody's process yet. */
export interface Seat {
  readonly slot: number;
  readonly kind: WorkerKind;
  readonly worker: WorkerHandle;
  readonly reply: SharedArrayBuffer;
}

export interface WorkerPoolOptions {
  readonly create: (kind: WorkerKind) => WorkerHandle;
  readonly vfs: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly assets: BootMessage['assets'];
  /** Slots 1 to `slots - 1` are workers'; 0 is the kernel's. */
  readonly slots: number;
  /** Pre-booted workers of each kind that are kept ready. */
  readonly spares: Readonly<Record<WorkerKind, number>>;
  /** Drops what the file system keeps for a slot; once it settles the slot may be given out again. */
  readonly releaseSlot: (slot: number) => Promise<unknown> | void;
  readonly delay: (ms: number, task: () => void) => void;
}

/**
 * A terminated worker may run for a moment longer (until V8's next interrupt
 * check), so its slot rests before it is given out again.
 */
const SLOT_REST_MS = 250;
/** Spares are made when the caller's own process has had time to start. */
const REFILL_AFTER_MS = 30;

/** Every worker of the container comes from here and goes back here. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #free: number[] = [];
  readonly #spares: Seat[] = [];
  readonly #inUse = new Set<Seat>();
  #refilling = false;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let slot = 1; slot < options.slots; slot++) this.#free.push(slot);
  }

  /** A seat for `kind`, or `undefined` when every slot is taken (EAGAIN). */
  take(kind: WorkerKind): Seat | undefined {
    const at = this.#spares.findIndex((seat) => seat.kind === kind);
    const seat = at === -1 ? this.#make(kind) : this.#spares.splice(at, 1)[0];
    if (seat !== undefined) this.#inUse.add(seat);
    this.refill();
    return seat;
  }

  /** Ends the worker. Its slot is reusable after a rest. */
  dispose(seat: Seat): void {
    if (!this.#inUse.delete(seat)) return;
    this.#retire(seat);
  }

  /** Makes spares, one at a time and not at once. */
  refill(): void {
    if (this.#refilling || this.#closed) return;
    const missing = (Object.keys(this.#options.spares) as WorkerKind[]).find(
      (kind) => this.#spares.filter((seat) => seat.kind === kind).length < this.#options.spares[kind],
    );
    if (missing === undefined) return;
    this.#refilling = true;
    this.#options.delay(REFILL_AFTER_MS, () => {
      this.#refilling = false;
      if (this.#closed) return;
      const seat = this.#make(missing);
      if (seat === undefined) return;
      this.#spares.push(seat);
      this.refill();
    });
  }

  get workers(): number {
    return this.#inUse.size;
  }

  get freeSlots(): number {
    return this.#free.length;
  }

  close(): void {
    this.#closed = true;
    for (const seat of [...this.#spares, ...this.#inUse]) seat.worker.terminate();
    this.#spares.length = 0;
    this.#inUse.clear();
  }

  #make(kind: WorkerKind): Seat | undefined {
    const slot = this.#free.shift();
    if (slot === undefined) return undefined;
    const reply = allocateReplyPage();
    const worker = this.#options.create(kind);
    const { vfs, control, assets } = this.#options;
    worker.post({ type: 'boot', kind, vfs, control, reply, slot, assets } satisfies BootMessage);
    const seat: Seat = { slot, kind, worker, reply };
    worker.onError(() => this.#discardSpare(seat));
    return seat;
  }

  /** A spare whose script failed is no spare; the failure shows where it is used next. */
  #discardSpare(seat: Seat): void {
    const at = this.#spares.indexOf(seat);
    if (at === -1) return;
    this.#spares.splice(at, 1);
    this.#retire(seat);
  }

  #retire(seat: Seat): void {
    seat.worker.terminate();
    this.#options.delay(SLOT_REST_MS, () => {
      // A release that comes late would take from the slot's next owner what it holds by then.
      void Promise.resolve(this.#options.releaseSlot(seat.slot)).then(() => this.#free.push(seat.slot));
    });
  }
}
