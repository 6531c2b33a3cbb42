import type { SandboxConfig } from '@slipway/contracts';
import { type Clock, systemClock, within } from './clock.ts';
import type { TaskUsage } from './heartbeat.ts';
import { type CheckpointStore, type SandboxDriver, SandboxError, type SandboxSetup } from './sandbox-driver.ts';
import {
  type CommandEnd,
  LEFT_OUT,
  type MachineEnd,
  type MachineKind,
  type SandboxCommand,
  type SandboxContent,
  type SandboxFile,
  type SandboxMachine,
} from './sandbox-machine.ts';
import {
  type EventFacts,
  makeRecord,
  nextRecord,
  reportOf,
  type SandboxRecord,
  type SandboxReport,
} from './sandbox-record.ts';
import type { SandboxEvent } from './sandbox-status.ts';

/** How long the control channel may take (SB-02). */
export const CONNECT_MS = 10_000;
/** Booting and receiving files; an install is no part of it. */
export const CONFIGURE_MS = 120_000;
/** What an end in order may take before force (SB-04). */
export const GRACE_MS = 5_000;

/** Times are in milliseconds, and each has a default. */
export interface DriverNeeds {
  readonly machines: MachineKind;
  readonly checkpoints: CheckpointStore;
  readonly clock?: Clock;
  readonly connectMs?: number;
  readonly configureMs?: number;
  readonly graceMs?: number;
  /** What makes again the packages that a checkpoint leaves out, of the files that it holds; null: nothing can. */
  readonly install?: (files: readonly SandboxFile[]) => SandboxCommand | null;
  /** A byte of output, a change of files, a checkpoint: what a heartbeat calls progress (HB-02). */
  readonly progress?: (id: string) => void;
}

/** The command that a sandbox was started with: a restored one runs it again where it was running. */
interface RecordedRun {
  readonly command: SandboxCommand;
  running: boolean;
}

interface Entry {
  record: SandboxRecord;
  machine: SandboxMachine;
  run: RecordedRun | null;
  outputBytes: number;
  /** A verb ends it: what its commands say now is how they were ended. */
  ending: boolean;
  /** Why it is to end, where that is known before its process is gone. */
  problem: string | null;
}

/** The verbs over machines of one kind. Records live as long as this process; the product's are rows beside them. */
export function createSandboxDriver(needs: DriverNeeds): SandboxDriver {
  return new Sandboxes(needs);
}

/** Create, start, checkpoint and restore of one id come one after another; stop and destroy do not queue. */
class Sandboxes implements SandboxDriver {
  readonly kind: string;
  readonly #needs: DriverNeeds;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #entries = new Map<string, Entry>();
  readonly #opening = new Map<string, AbortController>();
  /** Verbs of one id that must not overlap, one after another. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(needs: DriverNeeds) {
    this.kind = needs.machines.kind;
    this.#needs = needs;
    this.#clock = needs.clock ?? systemClock;
    this.#graceMs = needs.graceMs ?? GRACE_MS;
  }

  create(id: string, config: SandboxConfig): Promise<SandboxRecord> {
    return this.#inTurn(id, async () => {
      // What an earlier sandbox of this id left goes first (SB-01).
      await this.#end(this.#entries.get(id));
      this.#entries.delete(id);
      const entry = await this.#open(id, config);
      return entry.record;
    });
  }

  start(id: string, setup: SandboxSetup): Promise<SandboxRecord> {
    return this.#inTurn(id, () => this.#start(id, this.#mustGet(id), setup));
  }

  async run(id: string, command: SandboxCommand): Promise<CommandEnd> {
    const entry = this.#mustGet(id);
    if (entry.record.status !== 'running')
      throw new SandboxError('wrong-status', `Cannot run "${command.command}" in ${id}: it is ${entry.record.status}`);
    return await this.#whileAlive(id, entry, entry.machine.run(this.#watched(id, entry, command)));
  }

  async readFile(id: string, path: string): Promise<Uint8Array> {
    const entry = this.#mustGet(id);
    return await this.#whileAlive(id, entry, entry.machine.readFile(path));
  }

  async look(id: string, paths: readonly string[]): Promise<SandboxContent[]> {
    const entry = this.#mustGet(id);
    return await this.#whileAlive(id, entry, entry.machine.folder.look(paths));
  }

  machineOf(id: string): string {
    return this.#mustGet(id).machine.id;
  }

  async usage(id: string): Promise<TaskUsage | undefined> {
    const entry = this.#entries.get(id);
    return entry?.record.status === 'running' ? await entry.machine.usage() : undefined;
  }

  async stop(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (!entry || entry.record.status === 'destroyed') return false;
    await this.#end(entry);
    this.#dispatch(entry, 'end', {});
    return true;
  }

  async status(id: string): Promise<SandboxReport | 'not_found'> {
    const entry = this.#entries.get(id);
    return entry ? reportOf(entry.record, this.#clock.now()) : 'not_found';
  }

  async list(): Promise<readonly SandboxReport[]> {
    return [...this.#entries.values()].map(({ record }) => reportOf(record, this.#clock.now()));
  }

  checkpoint(id: string, checkpointId: string): Promise<boolean> {
    return this.#inTurn(id, async () => {
      const entry = this.#entries.get(id);
      if (entry?.record.status !== 'running') return false;
      const files = await this.#whileAlive(id, entry, entry.machine.capture());
      // A run that is over is not begun again by a restore.
      const command = entry.run?.running === true ? entry.run.command : null;
      const packages = await this.#whileAlive(id, entry, entry.machine.folder.look([...LEFT_OUT]));
      const installed = packages.some(({ kind }) => kind === 'dir');
      await this.#needs.checkpoints.save(id, checkpointId, { files, command, installed });
      this.#needs.progress?.(id);
      return true;
    });
  }

  restore(id: string, checkpointId: string): Promise<boolean> {
    return this.#inTurn(id, async () => {
      const before = this.#entries.get(id);
      if (!before) return false;
      // Before anything is ended: a checkpoint that is missing must cost nothing.
      const state = await this.#needs.checkpoints.load(id, checkpointId);
      if (!state) return false;
      await this.#end(before);
      this.#dispatch(before, 'restore', {});
      const entry = await this.#open(id, before.record.config);
      // The output of the run goes where it went before: a checkpoint cannot hold that.
      const onOutput = before.run?.command.onOutput;
      const command = state.command && { ...state.command, ...(onOutput ? { onOutput } : {}) };
      const install = state.installed === true ? (this.#needs.install?.(state.files) ?? null) : null;
      await this.#start(id, entry, { files: state.files, command }, install);
      return true;
    });
  }

  async destroy(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    this.#opening.get(id)?.abort(new SandboxError('ended', `${id} has ended: it was destroyed`));
    // Under way: what it makes is what has to go. A verb that fails has cleaned up, and says so to its own caller.
    if (!entry && this.#turns.has(id)) await this.#turns.get(id)?.catch(() => undefined);
    const found = this.#entries.get(id);
    if (!found) return false;
    await this.#end(found);
    this.#dispatch(found, 'destroy', {});
    return true;
  }

  forget(id: string): void {
    if (this.#entries.get(id)?.record.status === 'destroyed') this.#entries.delete(id);
  }

  async #end(entry: Entry | undefined): Promise<void> {
    if (!entry) return;
    entry.ending = true;
    await entry.machine.end(this.#graceMs);
  }

  async #open(id: string, config: SandboxConfig): Promise<Entry> {
    const { machines, progress } = this.#needs;
    // Processes and folders of a driver that died, which nobody else will look for.
    await machines.sweep(id);
    const machine = await this.#openMachine(id, (signal) =>
      machines.open(id, config, { progress: () => progress?.(id) }, signal),
    );
    const record = makeRecord(id, config, this.#clock.now());
    const entry: Entry = { record, machine, run: null, outputBytes: 0, ending: false, problem: null };
    this.#entries.set(id, entry);
    void machine.ended.then(async (end) => {
      this.#dispatch(entry, 'end', { exitCode: end.exitCode, problem: entry.problem ?? end.problem });
      // Past a limit its processes may live still.
      await machine.end(0);
    });
    return entry;
  }

  /** While it is being opened, only `destroy` can end it: there is no entry yet. */
  async #openMachine(id: string, open: (signal: AbortSignal) => Promise<SandboxMachine>): Promise<SandboxMachine> {
    const opening = new AbortController();
    this.#opening.set(id, opening);
    try {
      return await open(opening.signal);
    } finally {
      this.#opening.delete(id);
    }
  }

  async #start(
    id: string,
    entry: Entry,
    { files, command }: SandboxSetup,
    install: SandboxCommand | null = null,
  ): Promise<SandboxRecord> {
    const { machine } = entry;
    if (entry.record.status !== 'created')
      throw new SandboxError('wrong-status', `Cannot start ${id}: it is ${entry.record.status}`);
    const { connectMs = CONNECT_MS, configureMs = CONFIGURE_MS } = this.#needs;
    await this.#step(id, entry, 'start-failed', 'failed to start: control channel not created', () =>
      within(this.#clock, connectMs, machine.connect(), () => new Error(`nothing came within ${connectMs} ms`)),
    );
    await this.#step(id, entry, 'configuration-failed', 'configuration failed', () =>
      within(this.#clock, configureMs, machine.configure(files), () => new Error(`not done after ${configureMs} ms`)),
    );
    // It ended while it was being configured.
    if (!this.#dispatch(entry, 'start', {})) throw this.#endedError(id, entry, null);
    if (command) entry.run = this.#begin(id, entry, command, install);
    return entry.record;
  }

  /** A step of the start: where it fails, the sandbox is destroyed. */
  async #step(
    id: string,
    entry: Entry,
    code: 'start-failed' | 'configuration-failed',
    what: string,
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      await this.#whileAlive(id, entry, work());
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      await entry.machine.end(0);
      this.#dispatch(entry, 'destroy', { problem: `${what}: ${why}` });
      throw new SandboxError(code, `${id} ${what}: ${why}`, { cause });
    }
  }

  /** The run, behind the install that it needs; without its packages it is not begun. */
  #begin(id: string, entry: Entry, command: SandboxCommand, install: SandboxCommand | null): RecordedRun {
    const run: RecordedRun = { command, running: true };
    const over = (): void => void (run.running = false);
    const perform = async (): Promise<void> => {
      // What it writes goes where the run's own output goes.
      const before = install && { ...install, ...(command.onOutput ? { onOutput: command.onOutput } : {}) };
      if (before && (await entry.machine.run(this.#watched(id, entry, before))).code !== 0) return;
      await entry.machine.run(this.#watched(id, entry, command));
    };
    // However it ended, it is no more; a sandbox that ended tells that itself.
    perform().then(over, over);
    return run;
  }

  /** Counts output, tells of progress, and ends what writes too much. */
  #watched(id: string, entry: Entry, command: SandboxCommand): SandboxCommand {
    const limit = entry.record.config.outputBytes;
    return {
      ...command,
      onOutput: (stream, bytes) => {
        entry.outputBytes += bytes.length;
        this.#needs.progress?.(id);
        if (entry.outputBytes > limit && entry.problem === null) {
          entry.ending = true;
          entry.problem = `it wrote more than ${limit} bytes of output`;
          this.#dispatch(entry, 'end', { problem: entry.problem });
          void entry.machine.end(0);
        }
        // Beyond the limit nothing is handed on, whatever is still in the pipes.
        return entry.problem === null ? command.onOutput?.(stream, bytes) : undefined;
      },
    };
  }

  /** The promise, or a rejection when the machine ends before. */
  async #whileAlive<T>(id: string, entry: Entry, promise: Promise<T>): Promise<T> {
    const ended = entry.machine.ended.then((end) => Promise.reject(this.#endedError(id, entry, end)));
    try {
      const value = await Promise.race([promise, ended]);
      if (!entry.ending) return value;
    } catch (error) {
      // What a machine says that is being ended is of no use to anybody.
      if (!entry.ending) throw error;
    }
    throw this.#endedError(id, entry, null);
  }

  /** With the first reason that is known: a limit's before the machine's own. */
  #endedError(id: string, entry: Entry, end: MachineEnd | null): SandboxError {
    const problem = entry.problem ?? end?.problem ?? entry.record.problem;
    return new SandboxError('ended', `${id} has ended${problem === null ? '' : `: ${problem}`}`);
  }

  #mustGet(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new SandboxError('not-found', `${id} not found`);
    return entry;
  }

  /** The one door: what has no meaning changes nothing, and answers false. */
  #dispatch(entry: Entry, event: SandboxEvent, facts: Omit<EventFacts, 'atMs'>): boolean {
    const next = nextRecord(entry.record, event, { atMs: this.#clock.now(), ...facts });
    if (next) entry.record = next;
    return next !== undefined;
  }

  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    // The verb before has told its own caller how it ended.
    const turn = before.then(work, work);
    this.#turns.set(id, turn);
    const clear = (): void => {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    };
    turn.then(clear, clear);
    return turn;
  }
}

/** Refuses what no checkpoint may hold; for whoever captures. Throws with a sentence that says what to do. */
export function checkCapture(files: readonly SandboxFile[], limits: { files: number; bytes: number }): void {
  if (files.length > limits.files)
    throw new Error(
      `Cannot take a checkpoint: there are more than ${limits.files} files; delete what can be made again`,
    );
  const bytes = files.reduce((sum, file) => sum + (file.kind === 'file' ? file.bytes.length : 0), 0);
  if (bytes > limits.bytes)
    throw new Error(`Cannot take a checkpoint: the files have more than ${limits.bytes} bytes; delete some first`);
}
