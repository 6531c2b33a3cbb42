import {
  AGENT_CHANNEL,
  type AgentProject,
  type Database,
  EVENT_CHANNEL,
  findUnheldAgentWork,
  findUnheldProject,
  isAgentAtWork,
  STAND_IN_CHANNEL,
} from '@slipway/db';
import type { MachineKind } from '@slipway/sandboxes';
import { SpareMachine } from './spare-machine.ts';
import { StandIn, type StandInNeeds } from './stand-in.ts';

/** How often it is looked for projects that nobody told of. */
const LOOK_MS = 1000;
/** A project whose stand-in failed is tried again so much later, twice as long each time. */
const AGAIN_MS = 2000;
const AGAIN_MOST_MS = 60_000;
/** Projects that are asked for between two looks. */
const ASKED_LIMIT = 100;
const UUID = /^[0-9a-f-]{36}$/;
/** So long after the last run the spare sandbox is kept. */
const SPARE_MS = 30_000;

/** Each worker has its own, for projects that no tab holds. */
export interface StandIns {
  /** Ends every one; another worker takes the projects up. */
  stop(): Promise<void>;
}

type LoopNeeds = Omit<StandInNeeds, 'take'> & {
  readonly database: Database;
  readonly machines: MachineKind;
  readonly limit: number;
};

/** Has sandboxes stand in for tabs that are gone while an agent is at work, so many at once (AG-10). */
export async function startStandIns(needs: LoopNeeds): Promise<StandIns> {
  const loop = new Loop(needs);
  await loop.start();
  return loop;
}

class Loop implements StandIns {
  readonly #needs: LoopNeeds;
  readonly #spare: SpareMachine;
  #atWorkAt = 0;
  readonly #stop = new AbortController();
  /** Projects that are looked after, undefined while the sandbox starts. */
  readonly #projects = new Map<string, { standIn: StandIn | undefined; done: Promise<void> }>();
  /** Projects that somebody waits for; asked for again until they have a holder. */
  readonly #asked = new Set<string>();
  readonly #failed = new Map<string, { times: number; notBefore: number }>();
  #unlisten: (() => Promise<void>)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(needs: LoopNeeds) {
    this.#needs = needs;
    this.#spare = new SpareMachine(needs.machines, needs.log);
  }

  async start(): Promise<void> {
    const { client } = this.#needs.database;
    for (const channel of [AGENT_CHANNEL, EVENT_CHANNEL]) {
      const listening = await client.listen(channel, () => this.#look());
      this.#unlisten.push(() => listening.unlisten());
    }
    const asking = await client.listen(STAND_IN_CHANNEL, (projectId) => {
      if (!UUID.test(projectId) || this.#asked.size >= ASKED_LIMIT) return;
      this.#asked.add(projectId);
      this.#look();
    });
    this.#unlisten.push(() => asking.unlisten());
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('Cannot stand in: the worker stops'));
    clearInterval(this.#timer);
    await this.#looking;
    await this.#spare.stop();
    await Promise.all(
      [...this.#projects.values()].map(async ({ standIn, done }) => {
        await standIn?.end();
        await done;
      }),
    );
    for (const unlisten of this.#unlisten) await unlisten();
  }

  #look(): void {
    for (const { standIn } of this.#projects.values()) standIn?.look();
    this.#again = true;
    this.#looking ??= this.#lookOnce()
      .catch((error: unknown) => this.#needs.log.warn({ err: error }, 'cannot look for work of the agent'))
      .finally(() => (this.#looking = undefined));
  }

  /** Sequential, so that no project is begun twice; a look that is asked for meanwhile is done at its end. */
  async #lookOnce(): Promise<void> {
    const { limit } = this.#needs;
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      await this.#keepSpare();
      if (this.#projects.size >= limit) return;
      // Those that are begun already are among them until they have claimed.
      for (const project of await this.#wanted(limit + this.#projects.size + this.#failed.size)) {
        const { projectId } = project;
        if (this.#projects.size >= limit) return;
        if (this.#projects.has(projectId) || (this.#failed.get(projectId)?.notBefore ?? 0) > performance.now())
          continue;
        const entry: { standIn: StandIn | undefined; done: Promise<void> } = {
          standIn: undefined,
          done: Promise.resolve(),
        };
        this.#projects.set(projectId, entry);
        entry.done = this.#standIn(project, entry).finally(() => this.#projects.delete(projectId));
      }
    }
  }

  /** Those that somebody asked for come first. Who asked and was not served within the limit asks again. */
  async #wanted(most: number): Promise<AgentProject[]> {
    const { db } = this.#needs.database;
    const asked = [...this.#asked];
    this.#asked.clear();
    const found = await Promise.all(asked.map((projectId) => findUnheldProject(db, projectId)));
    return [...found.filter((project) => project !== undefined), ...(await findUnheldAgentWork(db, most))];
  }

  /** A run whose tab goes is not to wait for a browser. */
  async #keepSpare(): Promise<void> {
    if (await isAgentAtWork(this.#needs.database.db)) this.#atWorkAt = performance.now();
    else if (performance.now() - this.#atWorkAt > SPARE_MS) return await this.#spare.drop();
    else return;
    if (this.#projects.size < this.#needs.limit) this.#spare.keep();
  }

  /**
   * Never rejects. A failure keeps the project away for a while, twice as long each time, so that a broken
   * one does not take all the room.
   */
  async #standIn(
    project: { projectId: string; ownerId: string },
    entry: { standIn: StandIn | undefined },
  ): Promise<void> {
    const { log } = this.#needs;
    const { projectId } = project;
    try {
      const standIn = await StandIn.open(
        { ...this.#needs, take: (signal) => this.#spare.take(signal) },
        project,
        this.#stop.signal,
      );
      this.#failed.delete(projectId);
      if (!standIn) return;
      log.info({ projectId }, 'a sandbox stands in for a tab');
      entry.standIn = standIn;
      if (this.#stop.signal.aborted) await standIn.end();
      await standIn.ended;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const times = (this.#failed.get(projectId)?.times ?? 0) + 1;
      const wait = Math.min(AGAIN_MS * 2 ** (times - 1), AGAIN_MOST_MS);
      if (this.#failed.size > 1000) this.#failed.clear();
      this.#failed.set(projectId, { times, notBefore: performance.now() + wait });
      log.warn({ err: error, projectId }, 'no sandbox could stand in for a tab: it is tried again');
    }
  }
}
