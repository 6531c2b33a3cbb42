import { makeOrderAnswerer, type OrderAnswerer } from '@slipway/agent';
import { readTreeFiles } from '@slipway/blobs';
import { type CommandAnswer, type HolderCommand, type HolderFence, holderTimes } from '@slipway/contracts';
import {
  type AgentProject,
  answerCommand,
  claimHolder,
  getSnapshotHead,
  hasAgentWork,
  listHolderCommands,
  releaseHolder,
  renewHolder,
} from '@slipway/db';
import { CONFIGURE_MS, type SandboxMachine, systemClock, within } from '@slipway/sandboxes';
import type { Logger } from 'pino';
import { FolderSaver, type SaverNeeds } from './folder-saver.ts';
import { makeSandboxToolHost } from './sandbox-tool-host.ts';

/** `take` may wait until a machine is free. */
export interface StandInNeeds extends SaverNeeds {
  /** A machine that is connected and has no files yet. */
  readonly take: (signal: AbortSignal) => Promise<SandboxMachine>;
  readonly log: Logger;
  /** So long a stand-in stays when nothing is to be done: what comes next may come soon. */
  readonly idleMs?: number;
}

const IDLE_MS = 10_000;
/** What an end in order may take before force. */
const GRACE_MS = 1000;
/** A database that is away is asked again so much later, until nobody waits for the answer. */
const RETRY_MS = 500;

const leaseUs = holderTimes.leaseMs * 1000;

/**
 * A sandbox that has a project while no tab does (AG-10): the newest snapshot is put there, it claims the project as a
 * tab would, does what the agent orders, and brings every change to the project before it answers. A tab that opens
 * the project takes it back by its claim; what is being done in that moment is then answered by nobody.
 */
export class StandIn {
  readonly #needs: StandInNeeds;
  readonly #project: AgentProject;
  readonly #fence: HolderFence;
  readonly #machine: SandboxMachine;
  readonly #saver: FolderSaver;
  readonly #answerer: OrderAnswerer;
  readonly #seen = new Set<string>();
  readonly #over = Promise.withResolvers<void>();
  #working = 0;
  #idleSince = performance.now();
  #timer: NodeJS.Timeout;
  #ending: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  /** Saves come one after the other. */
  #saving: Promise<void> = Promise.resolve();

  private constructor(
    needs: StandInNeeds,
    project: AgentProject,
    made: { fence: HolderFence; machine: SandboxMachine; saver: FolderSaver },
  ) {
    this.#needs = needs;
    this.#project = project;
    this.#fence = made.fence;
    this.#machine = made.machine;
    this.#saver = made.saver;
    this.#answerer = makeOrderAnswerer(makeSandboxToolHost(made.machine, () => this.#save()));
    this.#timer = setInterval(() => void this.#beat(), holderTimes.heartbeatMs);
    void made.machine.ended.then(({ problem }) => {
      if (problem !== null) needs.log.warn({ projectId: project.projectId, problem }, 'a stand-in of the agent ended');
      return this.end();
    });
    this.look();
  }

  /** Undefined where somebody has the project by now, or changed it meanwhile: then it is looked again. */
  static async open(needs: StandInNeeds, project: AgentProject, signal: AbortSignal): Promise<StandIn | undefined> {
    const { db, blobs } = needs;
    const { ownerId, projectId } = project;
    const head = await getSnapshotHead(db, ownerId, projectId, 'latest');
    const files = head ? await readTreeFiles(blobs, db, projectId, head) : [];
    const machine = await needs.take(signal);
    try {
      const late = () => new Error(`Cannot start a stand-in: its files were not there within ${CONFIGURE_MS} ms`);
      await within(systemClock, CONFIGURE_MS, machine.configure(files), late);
      const saver = await FolderSaver.open(needs, machine.folder, { ownerId, projectId, head, files });
      signal.throwIfAborted();
      // By the machine's own id the registry knows for whom it works now.
      const claimed = await claimHolder(db, ownerId, projectId, {
        holderId: machine.id,
        kind: 'sandbox',
        leaseUs,
        takeOver: false,
      });
      if (claimed.outcome === 'held') {
        const fence = { holderId: machine.id, epoch: claimed.holder.epoch };
        const now = await getSnapshotHead(db, ownerId, projectId, 'latest');
        if (now?.id === head?.id) return new StandIn(needs, project, { fence, machine, saver });
        await releaseHolder(db, ownerId, projectId, fence);
      }
      await machine.end(0);
      return undefined;
    } catch (error) {
      await machine.end(0);
      throw error;
    }
  }

  get ended(): Promise<void> {
    return this.#over.promise;
  }

  look(): void {
    this.#again = true;
    if (this.#looking !== undefined) return;
    this.#looking = this.#takeCommands()
      .catch((error: unknown) => this.#needs.log.warn({ err: error }, 'a stand-in cannot read its commands'))
      .finally(() => (this.#looking = undefined));
  }

  /** Gives the project up, and ends the sandbox. Harmless when called again. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** The claim first: a tab that waits for it need not wait for the browser to close. */
  async #end(): Promise<void> {
    clearInterval(this.#timer);
    const { ownerId, projectId } = this.#project;
    try {
      await releaseHolder(this.#needs.db, ownerId, projectId, this.#fence);
    } catch (error) {
      this.#needs.log.info({ err: error, projectId }, 'the claim of a stand-in will lapse');
    }
    await this.#machine.end(GRACE_MS);
    this.#over.resolve();
  }

  /** Read again as long as somebody said that there may be more while it read. */
  async #takeCommands(): Promise<void> {
    const { ownerId, projectId } = this.#project;
    while (this.#again && !this.#ending) {
      this.#again = false;
      for (const command of await listHolderCommands(this.#needs.db, ownerId, projectId, this.#fence))
        this.#begin(command);
    }
  }

  /** A command that is read twice is done once: it stays listed until it has its answer. */
  #begin(command: HolderCommand): void {
    const { projectId } = this.#project;
    if (this.#seen.has(command.id)) return;
    this.#seen.add(command.id);
    this.#working++;
    this.#answer(command)
      .catch((error: unknown) => this.#needs.log.warn({ err: error, projectId }, 'a stand-in cannot answer'))
      .finally(() => {
        this.#working--;
        this.#idleSince = performance.now();
      });
  }

  /** The work is done by then, so it is the answer that is tried again, until the one who asked has given up. */
  async #answer(command: HolderCommand): Promise<void> {
    const until = performance.now() + command.remainingMs;
    const answer = JSON.stringify(await this.#perform(command));
    const { ownerId, projectId } = this.#project;
    for (;;) {
      try {
        await answerCommand(this.#needs.db, ownerId, projectId, command.id, this.#fence, answer);
        return;
      } catch (error) {
        if (this.#ending || performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** What goes wrong is an answer as well. NULs and lone surrogates are taken out, as the database refuses them. */
  async #perform({ id, verb, body }: HolderCommand): Promise<CommandAnswer> {
    try {
      if (verb === 'agent.stop') return { ok: true, value: JSON.stringify(this.#answerer.stop(body)) };
      if (verb !== 'agent.tool')
        return {
          ok: false,
          code: 'NO_CONTAINER',
          message: 'The project is open in no tab: a sandbox has it meanwhile',
        };
      return { ok: true, value: JSON.stringify(await this.#answerer.perform(id, body)) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, code: 'FAILED', message: message.replaceAll('\0', '').toWellFormed().slice(0, 2000) };
    }
  }

  /** Rejects for its own save alone; the next one is tried whatever became of this. */
  async #save(): Promise<void> {
    const next = this.#saving.then(() => this.#saver.save(this.#fence));
    this.#saving = next.catch(() => undefined);
    await next;
  }

  /**
   * Renews the claim, looks for commands whose notice was lost, and ends when nothing is to be done. A
   * stand-in whose folder is stale ends between two commands: the next one begins with the newest files.
   */
  async #beat(): Promise<void> {
    const { db, log } = this.#needs;
    const { ownerId, projectId } = this.#project;
    try {
      const renewed = await renewHolder(db, ownerId, projectId, this.#fence, leaseUs);
      if (renewed.outcome === 'lost') return await this.end();
      this.look();
      if (this.#working > 0) return;
      if (this.#saver.stale) return await this.end();
      if (await hasAgentWork(db, projectId)) this.#idleSince = performance.now();
      else if (performance.now() - this.#idleSince > (this.#needs.idleMs ?? IDLE_MS)) await this.end();
    } catch (error) {
      log.warn({ err: error, projectId }, 'a stand-in cannot renew its claim: it is tried again');
    }
  }
}
