import { type HolderCommand, type RunReport } from '@slipway/contracts';
import { RunDriver, type RunHost, type RunOffer, RunRefused, type RunView } from '@slipway/runs';
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import type { OrderAnswerer } from '../agent/answer-orders.ts';
import type { ToolControl } from '../agent/make-tool-host.ts';
import { ApiError, messageOf } from '../api/api-error.ts';
import { makeAnswerer } from '../holder/answer-commands.ts';
import { createHolder, type Holder } from '../holder/create-holder.ts';
import type { Workbench } from '../workbench/feature.ts';
import { createOutput, type Output } from './create-output.ts';
import { makeMirror } from './make-mirror.ts';
import { readProjectFile } from './read-project-file.ts';
import { isAtWork, runPhase, type RunPhase } from './run-phase.ts';

/** `refusal` says why nothing began, such as that another tab has the project. */
export interface Runner {
  readonly holder: Holder;
  /** Undefined until this tab has had the project. */
  readonly view: Accessor<RunView | undefined>;
  readonly phase: Accessor<RunPhase>;
  readonly output: Output;
  /** Why what was asked for last did not begin. */
  readonly refusal: Accessor<string | undefined>;
  start(): void;
  install(): void;
  stop(): void;
  runScript(script: string): void;
  stopScript(taskId: number): void;
}

/** What the output says when the run ended because of somebody else. */
const TAKEN_OVER = 'Another tab took the project over: its programs were ended here';
const RUN_TAKEN = 'Another project of yours runs now: this one was stopped';

/** As long as the lease of a tab that was closed without a word. */
const LEASE_TRIES = 5;
const TRY_EVERY_MS = 1000;

/** A change of package.json is looked at so much later. */
const LOOK_AFTER_MS = 300;

/** Files whose change may ask for an install. */
const INSTALL_FILES = ['package.json', 'package-lock.json'];

/** Runs the project's programs while this tab has the project, for its buttons and for whoever asks over the API. */
export function createRunner(bench: Workbench): Runner {
  const { api, project, container, control } = bench;
  const [view, setView] = createSignal<RunView>();
  const [refusal, setRefusal] = createSignal<string>();
  const output = createOutput();
  let driver: RunDriver | undefined;
  /** Counts what was asked for by hand, which ends what was still being tried. */
  let asked = 0;

  let due = false;
  const refreshView = (): void => {
    if (due) return;
    due = true;
    // Many changes come at once: of processes, ports and lines.
    queueMicrotask(() => {
      due = false;
      if (driver !== undefined) setView(driver.view());
    });
  };

  /** Undefined without a control port: then nothing can be run here, and `perform` says so. */
  const open = (last: Parameters<typeof holderEvents.onHeld>[0]): RunDriver | undefined => {
    if (control === undefined) return undefined;
    const host: RunHost = {
      control,
      appId: project.id,
      container: crypto.randomUUID(),
      readFile: (path) => readProjectFile(container, path),
      delay: (ms) => api.link.delay(ms),
      nowMs: () => Date.now(),
      acquire: (onlyIfFree) => acquire(bench, holder, onlyIfFree),
      release: () => releaseRun(bench, holder),
      kept: {
        restored: bench.kept.restored,
        installed: bench.kept.before?.installed ?? null,
        note: (installed) => bench.kept.note({ installed }),
      },
      mirror: makeMirror(api, project.id, () => holder.fence()),
    };
    return new RunDriver(host, { onChange: refreshView, onOutput: (printed) => output.add(printed) }, last);
  };

  /** Does it, and keeps why it could not; what is asked for by a button has nobody else to tell. */
  const perform = (work: (driver: RunDriver) => Promise<unknown>): void => {
    asked++;
    setRefusal(undefined);
    if (driver === undefined) return void setRefusal('The container offers no way to run anything: reload the page');
    work(driver).catch((error: unknown) => {
      if (error instanceof RunRefused && error.code === 'SUPERSEDED') return;
      setRefusal(messageOf(error));
    });
  };
  /**
   * With the project its dev server starts, unless another project runs. A run whose tab was closed ends with its
   * lease.
   */
  const startIfFree = async (runs: RunDriver): Promise<void> => {
    const mine = ++asked;
    for (let tried = 1; mine === asked; tried++) {
      try {
        await runs.start({ onlyIfFree: true });
        if (mine === asked) setRefusal(undefined);
        return;
      } catch (error) {
        if (!(error instanceof RunRefused) || error.code !== 'RUN_ELSEWHERE' || tried > LEASE_TRIES) throw error;
        if (mine === asked) setRefusal(messageOf(error));
        await api.link.delay(TRY_EVERY_MS);
      }
    }
  };
  const holderEvents = {
    onHeld(last: ConstructorParameters<typeof RunDriver>[2]): void {
      driver ??= open(last);
      refreshView();
      control?.takePreviews().catch((error: unknown) => console.warn('Cannot take the previews:', error));
      perform(async (runs) => {
        await runs.refresh();
        await startIfFree(runs);
      });
    },
    onLost: () => void driver?.stop(TAKEN_OVER).catch((error: unknown) => console.warn('Cannot end the run:', error)),
    onRunHeld(held: boolean): void {
      if (held || driver === undefined || !isAtWork(runPhase(holder.state(), driver.view()))) return;
      keepRun(bench, holder).catch((error: unknown) => {
        if (!(error instanceof RunRefused)) console.warn('Cannot ask for the run:', error);
        else perform((runs) => runs.stop(RUN_TAKEN));
      });
    },
    onCommand: (command: HolderCommand): void => answer(command),
  };
  const answer = makeAnswerer(
    (command) => {
      const { verb } = command;
      return isOrder(verb) ? answerOrder(bench, command) : answerVerb(driver, verb);
    },
    (commandId, fence, given) => api.answerCommand(project.id, commandId, { ...fence, answer: given }),
  );
  const holder = createHolder(api, project.id, holderEvents);
  const phase = createMemo(() => runPhase(holder.state(), view()));

  holdLockWhile(() => isAtWork(phase()), `slipway-run-${project.id}`);
  onCleanup(watchInstallFiles(bench, () => driver?.refresh()));
  onCleanup(
    () => void driver?.dispose().catch((error: unknown) => console.info('The run goes with its container:', error)),
  );

  return {
    holder,
    view,
    phase,
    output,
    refusal,
    start: () => perform((runs) => runs.start()),
    install: () => perform((runs) => runs.install()),
    stop: () => perform((runs) => runs.stop()),
    runScript: (script) => perform((runs) => runs.runScript(script)),
    stopScript: (taskId) => perform((runs) => runs.stopScript(taskId)),
  };
}

/** Calls `look` when the files that an install goes by have changed, and are whole. Returns the end of it. */
function watchInstallFiles({ api, container }: Workbench, look: () => Promise<void> | undefined): () => void {
  let due = false;
  const watcher = container.fs.watch('.', {}, (_event, name) => {
    if (!INSTALL_FILES.includes(String(name)) || due) return;
    due = true;
    // Whoever writes it may not be done: half a file would be no package.json.
    api.link
      .delay(LOOK_AFTER_MS)
      .then(() => {
        due = false;
        return look();
      })
      .catch((error: unknown) => console.warn('Cannot read package.json:', error));
  });
  return () => watcher.close();
}

/** Those that are for the agent's tools; all others are about the run. */
type OrderVerb = 'agent.tool' | 'agent.stop';

const isOrder = (verb: HolderCommand['verb']): verb is OrderVerb => verb === 'agent.tool' || verb === 'agent.stop';

/** One for each workbench: what an agent's tool has begun is known to the answerer that began it. */
const answerers = new WeakMap<Workbench, Promise<OrderAnswerer>>();

/** What the agent asks of the tab. Its code comes when it is first needed. */
async function answerOrder(bench: Workbench, { id, verb, body }: HolderCommand): Promise<unknown> {
  const { control } = bench;
  if (control === undefined)
    throw new RunRefused('NO_CONTAINER', 'The container offers no way to its files: reload the page');
  const opening = answerers.get(bench) ?? openAnswerer(control, () => bench.save());
  answerers.set(bench, opening);
  // A chunk that could not be fetched is asked for again by the next order.
  opening.catch(() => answerers.delete(bench));
  const answerer = await opening;
  return verb === 'agent.stop' ? answerer.stop(body) : await answerer.perform(id, body);
}

/** Two chunks that most projects never need. */
async function openAnswerer(control: ToolControl, save: () => Promise<unknown>): Promise<OrderAnswerer> {
  const [{ makeToolHost }, { makeOrderAnswerer }] = await Promise.all([
    import('../agent/make-tool-host.ts'),
    import('../agent/answer-orders.ts'),
  ]);
  return makeOrderAnswerer(makeToolHost(control, save));
}

/** What the API asks of the tab (RN-15). */
async function answerVerb(
  driver: RunDriver | undefined,
  verb: Exclude<HolderCommand['verb'], OrderVerb>,
): Promise<RunReport> {
  if (driver === undefined)
    throw new RunRefused('NO_CONTAINER', 'Cannot run the project: its container is not there yet');
  switch (verb) {
    case 'run.start':
      return await driver.start();
    case 'run.preview':
      return await driver.preview();
    case 'run.build':
      return await driver.build();
    case 'run.install':
      return await driver.install();
    case 'run.stop':
      return await driver.stop();
    case 'run.status':
      return await driver.status();
  }
}

/** Makes this the user's one run. A server that does not answer stops nobody: the heartbeats settle it later. */
async function acquire({ api, project }: Workbench, holder: Holder, onlyIfFree: boolean): Promise<RunOffer> {
  const fence = holder.fence();
  if (fence === undefined) throw new RunRefused('HOLDER_LOST', 'Cannot run the project here: another tab has it');
  try {
    const { mongo } = await api.takeRunLease(project.id, { ...fence, onlyIfFree });
    holder.mark();
    return { mongo };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'RUN_ELSEWHERE')
      throw new RunRefused('RUN_ELSEWHERE', 'Another project of yours is running. “Run” stops it and starts this one');
    if (error.code === 'HOLDER_LOST') {
      holder.lose();
      throw new RunRefused('HOLDER_LOST', 'Cannot run the project here: another tab has it');
    }
    // A refusal counts; a server that is away or overloaded does not.
    if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
    console.info('The server does not answer; the run begins without it:', error);
    return { mongo: null };
  }
}

/** The lease lapsed while the server was away, or another run has it: then this one ends. */
async function keepRun(bench: Workbench, holder: Holder): Promise<void> {
  await acquire(bench, holder, true);
}

/** Nobody waits for it: a lease that is not given back lapses by itself. */
function releaseRun({ api, project }: Workbench, holder: Holder): void {
  const fence = holder.fence();
  if (fence === undefined) return;
  holder.mark();
  api.releaseRunLease(project.id, fence).catch((error: unknown) => console.info('The run lease will lapse:', error));
}

/** A page with a lock is not frozen by its browser (RN-02). */
function holdLockWhile(needed: Accessor<boolean>, name: string): void {
  createEffect(() => {
    if (!needed()) return;
    const released = new AbortController();
    onCleanup(() => released.abort());
    navigator.locks
      .request(
        name,
        { mode: 'shared' },
        () => new Promise<void>((resolve) => released.signal.addEventListener('abort', () => resolve())),
      )
      .catch((error: unknown) => console.warn('Cannot hold the lock of the run:', error));
  });
}
