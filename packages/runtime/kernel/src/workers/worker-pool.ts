import type { BootMessage } from '../contract/messages.ts';
import type { ProgramKind } from '../contract/programs.ts';
import type { WorkerHandle } from '../contract/worker-handle.ts';
import { LateWorker } from './late-worker.ts';
import { allocateReplyPage, haltWorker } from '../memory/reply-page.ts';
import { SpareDemand } from './spare-demand.ts';

/** A worker with a slot, booted or booting, that is nobody's process yet. */
export interface Seat {
  readonly slot: number;
  readonly kind: ProgramKind;
  readonly worker: WorkerHandle;
  readonly reply: SharedArrayBuffer;
}

/** What the pool works with. Times are the kernel's own, so that tests have theirs. */
export interface WorkerPoolOptions {
  /** `name` is what developer tools call the worker. */
  readonly create: (kind: ProgramKind, name: string) => WorkerHandle;
  readonly vfs: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly assets: BootMessage['assets'];
  /** Slots 1 to `slots - 1` are workers'; 0 is the kernel's. */
  readonly slots: number;
  /** Pre-booted workers of each kind that are kept ready. */
  readonly spares: Readonly<Record<ProgramKind, number>>;
  /** As many while workers of that kind are being used. */
  readonly sparesInDemand: Partial<Readonly<Record<ProgramKind, number>>>;
  /** Drops what the file system keeps for a slot; once it settles the slot may be given out again. */
  readonly releaseSlot: (slot: number) => Promise<unknown> | void;
  readonly delay: (ms: number, task: () => void) => void;
  /** Something went wrong that nobody waits for. */
  readonly report: (message: string) => void;
}

/** Where every slot is. The four add up to all slots there are. */
export interface SlotUsage {
  readonly inUse: number;
  readonly spares: number;
  readonly resting: number;
  readonly free: number;
}

/** A slot between two owners, perhaps promised to the next. */
interface RestingSlot {
  readonly slot: number;
  claim: {
    readonly kind: ProgramKind;
    readonly name: string | undefined;
    readonly reply: SharedArrayBuffer;
    readonly worker: LateWorker;
  } | null;
}

/** How long a slot rests whose worker's end nobody tells. */
const SLOT_REST_MS = 250;
const RETRY_RELEASE_MS = 250;
/** Spares are made when the caller's own process has had time to start. */
const REFILL_AFTER_MS = 30;
/** A program that starts without a spare has the cores to itself about so long. */
const COLD_START_MS = 80;
/** A script that fails at once again and again is not asked for more spares until somebody needs a worker. */
const MOST_FAILED_SPARES = 3;

/** Every worker of the container comes from here and goes back here. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #free: number[] = [];
  readonly #resting: RestingSlot[] = [];
  readonly #spares: Seat[] = [];
  readonly #inUse = new Set<Seat>();
  readonly #demand: SpareDemand;
  #failedSpares = 0;
  #refilling = false;
  /** Since the last spare was made, something started without one. */
  #startsCold = false;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // It asks back when a kind falls out of demand: then the surplus goes.
    this.#demand = new SpareDemand({
      always: options.spares,
      inDemand: options.sparesInDemand,
      delay: options.delay,
      onLess: (kind) => this.#dropSurplus(kind),
    });
    for (let slot = 1; slot < options.slots; slot++) this.#free.push(slot);
  }

  /**
   * A seat for `kind`, or `undefined` when every slot has a process (EAGAIN).
   * Where the only slots left still rest, the seat's worker starts a moment later.
   * With a name it is a worker made for the one who asks, and no spare.
   */
  take(kind: ProgramKind, name?: string): Seat | undefined {
    // Somebody needs workers: a script that failed before is tried again.
    this.#failedSpares = 0;
    this.#demand.used(kind);
    const at = name === undefined ? this.#spares.findIndex((seat) => seat.kind === kind) : -1;
    this.#startsCold ||= at === -1;
    const seat = at === -1 ? (this.#make(kind, name) ?? this.#claim(kind, name)) : this.#spares.splice(at, 1)[0];
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
    if (this.#refilling || this.#closed || this.#missingSpare() === undefined) return;
    this.#refilling = true;
    this.#options.delay(REFILL_AFTER_MS, () => {
      if (!this.#startsCold) this.#makeSpare();
      // Put off once, not for as long as programs start: then a spare is worth more than the core it takes.
      else this.#options.delay(COLD_START_MS, () => this.#makeSpare());
    });
  }

  #makeSpare(): void {
    this.#refilling = false;
    this.#startsCold = false;
    const missing = this.#missingSpare();
    const seat = this.#closed || missing === undefined ? undefined : this.#make(missing);
    if (seat === undefined) return;
    this.#spares.push(seat);
    this.refill();
  }

  get usage(): SlotUsage {
    return {
      inUse: this.#inUse.size,
      spares: this.#spares.length,
      resting: this.#resting.filter(({ claim }) => claim === null).length,
      free: this.#free.length,
    };
  }

  /** Ends all workers. Nothing is given back to the file system: that goes with the container. */
  close(): void {
    this.#closed = true;
    for (const seat of [...this.#spares, ...this.#inUse]) this.#alone(seat.worker.terminate(), seat.slot);
    this.#spares.length = 0;
    this.#inUse.clear();
  }

  #missingSpare(): ProgramKind | undefined {
    // A kind whose script fails at once would be made for ever.
    if (this.#failedSpares >= MOST_FAILED_SPARES) return undefined;
    return (Object.keys(this.#options.spares) as ProgramKind[]).find(
      (kind) => this.#spares.filter((seat) => seat.kind === kind).length < this.#demand.wanted(kind),
    );
  }

  /** The oldest of them stay: they have booted. */
  #dropSurplus(kind: ProgramKind): void {
    if (this.#closed) return;
    for (const seat of this.#spares.filter((each) => each.kind === kind).slice(this.#demand.wanted(kind))) {
      this.#spares.splice(this.#spares.indexOf(seat), 1);
      this.#retire(seat);
    }
  }

  #make(kind: ProgramKind, name?: string): Seat | undefined {
    const slot = this.#free.shift();
    if (slot === undefined) return undefined;
    const reply = allocateReplyPage();
    const worker = this.#options.create(kind, name ?? nameOfSeat(kind, slot));
    worker.post(this.#bootMessage(kind, slot, reply));
    const seat: Seat = { slot, kind, worker, reply };
    // Of a seat in use it is the process that is told; here a spare is taken out.
    worker.onError(() => this.#discardSpare(seat));
    return seat;
  }

  /** A seat on the slot that has rested longest; where none rests, a spare of another kind gives up its own. */
  #claim(kind: ProgramKind, name?: string): Seat | undefined {
    const unclaimed = (): RestingSlot | undefined => this.#resting.find(({ claim }) => claim === null);
    let resting = unclaimed();
    if (resting === undefined) {
      const spare = this.#spares.shift();
      if (spare === undefined) return undefined;
      this.#retire(spare);
      resting = unclaimed();
    }
    if (resting === undefined) return undefined;
    const worker = new LateWorker();
    const reply = allocateReplyPage();
    resting.claim = { kind, name, reply, worker };
    return { slot: resting.slot, kind, worker, reply };
  }

  #bootMessage(kind: ProgramKind, slot: number, reply: SharedArrayBuffer): BootMessage {
    const { vfs, control, assets } = this.#options;
    return { type: 'boot', kind, vfs, control, reply, slot, assets };
  }

  /** A spare whose script failed is no spare; the failure shows where it is used next. */
  #discardSpare(seat: Seat): void {
    const at = this.#spares.indexOf(seat);
    if (at === -1) return;
    this.#failedSpares++;
    this.#spares.splice(at, 1);
    this.#retire(seat);
  }

  #retire(seat: Seat): void {
    // First the word, then the end: a browser lets a worker run on for a while.
    haltWorker(seat.reply);
    const gone = seat.worker.terminate();
    // One that was only promised its slot has not used it: the slot's rest goes on as it was.
    const promised = this.#resting.find(({ claim }) => claim?.worker === seat.worker);
    if (promised !== undefined) {
      promised.claim = null;
      return;
    }
    const resting: RestingSlot = { slot: seat.slot, claim: null };
    this.#resting.push(resting);
    // Caught at once: `#rest` comes to it only later.
    const ended =
      gone === undefined
        ? this.#pause(SLOT_REST_MS)
        : gone.catch(async (error: unknown) => {
            this.#options.report(`Cannot learn of the end of the worker on slot ${seat.slot}: ${messageOf(error)}`);
            await this.#pause(SLOT_REST_MS);
          });
    this.#alone(this.#rest(resting, ended), seat.slot);
  }

  async #rest(resting: RestingSlot, gone: Promise<unknown>): Promise<void> {
    // From here on the file system takes nothing more from this worker, however long it runs.
    await this.#release(resting.slot);
    await gone;
    // Once more for what it has written into its slot meanwhile: the next owner must find it empty.
    await this.#release(resting.slot);
    if (this.#closed) return;
    this.#resting.splice(this.#resting.indexOf(resting), 1);
    const { slot, claim } = resting;
    if (claim === null) this.#free.push(slot);
    else {
      const { kind, name = nameOfSeat(kind, slot), reply, worker } = claim;
      worker.begin(this.#options.create(kind, name), this.#bootMessage(kind, slot, reply));
    }
    this.refill();
  }

  /** Lost slots would add up to a container that starts nothing: what fails is tried again. */
  async #release(slot: number): Promise<void> {
    while (!this.#closed) {
      try {
        const errno = await this.#options.releaseSlot(slot);
        if (typeof errno !== 'number' || errno >= 0) return;
        this.#options.report(`Cannot release slot ${slot}: errno ${errno}`);
      } catch (error) {
        this.#options.report(`Cannot release slot ${slot}: ${messageOf(error)}`);
      }
      await this.#pause(RETRY_RELEASE_MS);
    }
  }

  /** Work that nobody waits for: its failure is told. */
  #alone(work: Promise<unknown> | void, slot: number): void {
    work?.catch((error: unknown) => this.#options.report(`Cannot give up slot ${slot}: ${messageOf(error)}`));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.delay(ms, resolve));
  }
}

function nameOfSeat(kind: ProgramKind, slot: number): string {
  return `${kind} #${slot}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
