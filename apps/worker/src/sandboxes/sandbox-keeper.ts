import type { BlobStore } from '@slipway/blobs';
import {
  type ClaimedRequest,
  claimLostSandbox,
  claimSandboxRequest,
  type Database,
  type HeldSandbox,
  moveSandbox,
  releaseSandbox,
  renewSandboxes,
  SANDBOX_CHANNEL,
  settleSandboxRequest,
} from '@slipway/db';
import {
  createSandboxDriver,
  type MachineKind,
  Recovery,
  type SandboxCommand,
  type SandboxDriver,
  SandboxError,
  type SandboxEvent,
  nextStatus,
  statusesBefore,
} from '@slipway/sandboxes';
import type { Logger } from 'pino';
import { installAgain } from './install-again.ts';
import { createProjectCheckpoints, latestCheckpointName, readProjectFiles } from './project-checkpoints.ts';

/** Looks at the queue and at what it has as often as this. */
const LOOK_MS = 1_000;
/** So often a sandbox is brought back whose worker went away (RC-04). */
export const RECOVERIES = 3;
/** What a request's answer may say. */
const PROBLEM_UNITS = 2_000;

/** It holds sandboxes by leases, which another worker takes up when they lapse. */
export interface SandboxKeeper {
  /** Ends every machine; what ran is recovered by another worker. */
  stop(): Promise<void>;
}

/** A worker has at most `limit` of them at once. */
export interface KeeperNeeds {
  database: Database;
  blobs: BlobStore;
  machines: MachineKind;
  workerId: string;
  leaseMs: number;
  /** Machines at once. */
  limit: number;
  connectMs?: number;
  log: Logger;
}

/** Holds the machines of sandboxes, and does what the rows ask (SB-07). */
export async function startSandboxKeeper(needs: KeeperNeeds): Promise<SandboxKeeper> {
  const keeper = new Keeper(needs);
  await keeper.start();
  return keeper;
}

class Keeper implements SandboxKeeper {
  readonly #needs: KeeperNeeds;
  readonly #driver: SandboxDriver;
  readonly #held = new Map<string, HeldSandbox>();
  readonly #busy = new Map<string, Promise<void>>();
  #stopped = false;
  #looking: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #renewedAt = performance.now();
  #unlisten: () => Promise<void> = async () => undefined;

  constructor(needs: KeeperNeeds) {
    this.#needs = needs;
    const { database, blobs, machines, connectMs } = needs;
    this.#driver = createSandboxDriver({
      machines,
      ...(connectMs === undefined ? {} : { connectMs }),
      install: installAgain,
      checkpoints: createProjectCheckpoints({ db: database.db, blobs }, (id) => {
        const held = this.#held.get(id);
        return held && { ...held, command: commandOf(held) };
      }),
    });
  }

  async start(): Promise<void> {
    const listening = await this.#needs.database.client.listen(SANDBOX_CHANNEL, () => this.#look());
    this.#unlisten = () => listening.unlisten();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const id of this.#held.keys()) await this.#driver.destroy(id);
    await this.#looking;
    await Promise.all(this.#busy.values());
    for (const id of this.#held.keys()) await this.#driver.destroy(id);
    await this.#unlisten();
  }

  /** One look at a time; one more where something was told meanwhile. */
  #look(): void {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = this.#lookOnce()
      .catch((error: unknown) => this.#needs.log.warn({ err: error }, 'sandboxes could not be looked after'))
      .finally(() => {
        this.#looking = undefined;
        const again = this.#again && !this.#stopped;
        this.#again = false;
        if (again) this.#look();
      });
  }

  /** Lost sandboxes before new requests, as long as there is room. */
  async #lookOnce(): Promise<void> {
    await this.#renew();
    await this.#tellEnded();
    const { database, workerId, leaseMs, limit } = this.#needs;
    const leaseUs = leaseMs * 1000;
    while (!this.#stopped) {
      const room = this.#held.size < limit;
      const lost = room ? await claimLostSandbox(database.db, workerId, leaseUs) : undefined;
      if (lost) {
        this.#begin(lost, () => this.#recover(lost));
        continue;
      }
      const request = await claimSandboxRequest(database.db, workerId, { leaseUs, room, busy: [...this.#busy.keys()] });
      if (!request) return;
      this.#begin(request.sandbox, () => this.#answer(request));
    }
  }

  /**
   * Throws where the database is away. Two thirds into the lease everything is let go of, so that no sandbox
   * ever runs twice.
   */
  async #renew(): Promise<void> {
    const { database, workerId, leaseMs } = this.#needs;
    const askedAt = performance.now();
    const held = [...this.#held.values()];
    try {
      const kept = new Set(await renewSandboxes(database.db, workerId, held, leaseMs * 1000));
      this.#renewedAt = askedAt;
      // Made anew or deleted by their owner, or another worker's by now: what is here is nobody's.
      for (const { id } of held) if (!kept.has(id) && !this.#busy.has(id)) await this.#drop(id);
    } catch (error) {
      // Before anybody else may have them.
      if (performance.now() - this.#renewedAt > (leaseMs * 2) / 3) for (const { id } of held) await this.#drop(id);
      throw error;
    }
  }

  /** Harmless for one that is not here. */
  async #drop(id: string): Promise<void> {
    this.#held.delete(id);
    await this.#driver.destroy(id);
    this.#driver.forget(id);
  }

  /** SB-03: a machine that died is told, though nobody called stop. */
  async #tellEnded(): Promise<void> {
    for (const report of await this.#driver.list()) {
      const held = this.#held.get(report.id);
      if (!held || this.#busy.has(held.id) || report.status === 'running' || report.status === 'created') continue;
      await this.#move(held, 'end', { exitCode: report.exitCode, problem: report.problem });
      await this.#giveBack(held);
    }
  }

  /** One thing at a time for each sandbox: requests of one that is busy are not claimed. */
  #begin(sandbox: HeldSandbox, work: () => Promise<void>): void {
    this.#held.set(sandbox.id, sandbox);
    const busy = work()
      .catch((error: unknown) =>
        this.#needs.log.error({ err: error, sandboxId: sandbox.id }, 'a sandbox could not be looked after'),
      )
      .finally(() => {
        this.#busy.delete(sandbox.id);
        if (!this.#stopped) this.#look();
      });
    this.#busy.set(sandbox.id, busy);
  }

  /**
   * Errors that begin with "Cannot" are written for people; of all others the log alone says what they are. A
   * person knows the sandbox by its name, not by its id.
   */
  async #answer({ sandbox, requestId, verb, checkpointName }: ClaimedRequest): Promise<void> {
    const { db } = this.#needs.database;
    let problem: string | null;
    try {
      problem = await this.#do(sandbox, verb, checkpointName ?? '');
    } catch (error) {
      // A worker that stops leaves the verb to the next one.
      if (this.#stopped) return;
      const known = error instanceof SandboxError || (error instanceof Error && error.message.startsWith('Cannot '));
      if (!known) this.#needs.log.error({ err: error, sandboxId: sandbox.id, verb }, 'a verb of a sandbox failed');
      problem = known ? error.message : 'the worker could not do it; its log says why';
    }
    await settleSandboxRequest(db, sandbox, requestId, clip(problem?.replaceAll(sandbox.id, sandbox.name) ?? null));
    const report = await this.#driver.status(sandbox.id);
    if (report !== 'not_found' && report.status === 'running') return;
    // It ended in the middle of the verb.
    if (sandbox.status === 'running') await this.#move(sandbox, 'end', { problem });
    await this.#giveBack(sandbox);
  }

  /** The row first: another worker may have it before this one's machine is gone, but starts a machine of its own. */
  async #giveBack(sandbox: HeldSandbox): Promise<void> {
    await releaseSandbox(this.#needs.database.db, sandbox);
    await this.#drop(sandbox.id);
  }

  /** What is wrong, or null where it was done. */
  async #do(sandbox: HeldSandbox, verb: ClaimedRequest['verb'], checkpoint: string): Promise<string | null> {
    const { id } = sandbox;
    switch (verb) {
      case 'start':
        return await this.#start(sandbox);
      case 'stop':
        await this.#driver.stop(id);
        return (await this.#move(sandbox, 'end')) ? null : `it is ${sandbox.status} already`;
      case 'checkpoint':
        return (await this.#driver.checkpoint(id, checkpoint)) ? null : 'it does not run';
      case 'restore':
        return await this.#restore(sandbox, checkpoint);
      case 'destroy':
        await this.#driver.destroy(id);
        await this.#move(sandbox, 'destroy');
        return null;
    }
  }

  /**
   * The newest files of the project, not those of the sandbox's last end. One that does not start is
   * destroyed, with the reason in its row.
   */
  async #start(sandbox: HeldSandbox): Promise<string | null> {
    const { id, config, status } = sandbox;
    if (nextStatus(status, 'start') === undefined)
      return status === 'running'
        ? `Cannot start ${id}: it is ${status}`
        : `Cannot start ${id}: it is ${status}; restore a checkpoint, or create it again`;
    const files = await readProjectFiles({ db: this.#needs.database.db, blobs: this.#needs.blobs }, sandbox);
    try {
      await this.#driver.create(id, config);
      await this.#driver.start(id, { files, command: commandOf(sandbox) });
    } catch (error) {
      if (!this.#stopped)
        await this.#move(sandbox, 'destroy', { problem: messageOf(error).replaceAll(id, sandbox.name) });
      throw error;
    }
    await this.#move(sandbox, 'start');
    return null;
  }

  /** The row goes by way of `restore` to `start`, each a move that the state machine allows. */
  async #restore(sandbox: HeldSandbox, checkpoint: string): Promise<string | null> {
    const { id } = sandbox;
    // The verb needs a record to restore: one that ended, or runs nowhere yet, gets a machine that it replaces at once.
    if ((await this.#driver.status(id)) === 'not_found') await this.#driver.create(id, sandbox.config);
    if (!(await this.#driver.restore(id, checkpoint))) return `there is no checkpoint "${checkpoint}"`;
    await this.#move(sandbox, 'restore');
    await this.#move(sandbox, 'start');
    return null;
  }

  /** RC-02: its worker is gone, and its machine with that. */
  async #recover(sandbox: HeldSandbox): Promise<void> {
    const { db } = this.#needs.database;
    const { id, name } = sandbox;
    let problem = '';
    const recovery = new Recovery({
      maxAttempts: RECOVERIES,
      attempts: sandbox.recoveries,
      latest: async () => {
        const checkpointId = await latestCheckpointName(db, sandbox);
        return checkpointId === undefined ? undefined : { checkpointId, step: 0, effects: [] };
      },
      restore: async ({ checkpointId }) => {
        await this.#driver.create(id, sandbox.config);
        return await this.#driver.restore(id, checkpointId);
      },
      // Restored files are the snapshot's own; the machine refuses what it cannot write.
      verify: async () => (await this.#driver.status(id)) !== 'not_found',
      restoreExternal: async () => undefined,
      resume: async () => void (await moveSandbox(db, sandbox, { from: ['running'], to: 'running', recovered: true })),
      restartClock: () => undefined,
      onRecover: () => this.#needs.log.info({ sandboxId: id }, 'a sandbox was brought back'),
      onFailure: (error) => {
        problem = error.message;
        this.#needs.log.warn({ err: error, sandboxId: id }, 'a sandbox is lost');
      },
      onWarning: (message) => this.#needs.log.warn({ sandboxId: id }, message),
    });
    if (await recovery.recover()) return;
    if (this.#stopped) return;
    await this.#move(sandbox, 'end', { problem: `its worker went away: ${problem.replaceAll(id, name)}` });
    await this.#giveBack(sandbox);
  }

  /** The row's part of the one door: from a status that allows the event, to the one that follows. */
  async #move(
    sandbox: HeldSandbox,
    event: SandboxEvent,
    facts: { exitCode?: number | null; problem?: string | null } = {},
  ): Promise<boolean> {
    const from = statusesBefore(event);
    const to = from[0] && nextStatus(from[0], event);
    if (!to) return false;
    const moved = await moveSandbox(this.#needs.database.db, sandbox, { from, to, ...facts });
    if (moved) sandbox.status = to;
    return moved;
  }
}

/** As a command of npm's scripts: by the container's shell. */
function commandOf({ command }: Pick<HeldSandbox, 'command'>): SandboxCommand | null {
  return command === null ? null : { command: 'jsh', args: ['-c', command] };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Cut to what an answer may say, and without what PostgreSQL does not take as text. */
function clip(text: string | null): string | null {
  return text === null ? null : text.slice(0, PROBLEM_UNITS).replaceAll('\0', '\ufffd').toWellFormed();
}
