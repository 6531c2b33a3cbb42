import { apiPaths, errorEnvelope, SHARED_ORIGIN_HEADER } from '@slipway/contracts';
import { offeredControl } from '@slipway/embed';
import { bootContainer } from '@slipway/embed/drop-in';
import { RunDriver, RunRefused, type RunView } from '@slipway/runs';
import { configureAPIKey, type WebContainer } from '@webcontainer/api';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { missingNeed, readPageFacts } from '../errors/browser-needs.ts';
import { withLimit } from '../pace/with-limit.ts';
import { createOutput, type Output } from '../run/create-output.ts';
import { readProjectFile } from '../run/read-project-file.ts';
import { runPhase, type RunPhase } from '../run/run-phase.ts';

/**
 * What a visitor's run of a share does; nothing leads back, a reload begins anew.
 *
 *   fetching ──files──▶ booting ──container──▶ open
 *       └──────────────────┴─────▶ failed
 */
export type SharedRunState =
  | { readonly name: 'fetching' | 'booting' | 'open' }
  | { readonly name: 'failed'; readonly message: string };

/** A visitor's run of what a link shows, in this tab alone. */
export interface SharedRun {
  readonly state: Accessor<SharedRunState>;
  readonly phase: Accessor<RunPhase>;
  readonly view: Accessor<RunView | undefined>;
  /** Why what was asked for last did not begin. */
  readonly refusal: Accessor<string | undefined>;
  readonly output: Output;
  /** How many lines its programs have written as errors. */
  readonly complaints: Accessor<number>;
  start(): void;
  stop(): void;
  /** Takes a text as it is typed, and writes it where programs read it. What it cannot write it says as `refusal`. */
  edit(path: string, text: string): void;
  /** What was typed here into a file; undefined where nothing was. */
  edited(path: string): string | undefined;
}

/** Nobody else can have it: it is of this tab. */
const HELD = { name: 'held', holderId: '', epoch: 0 } as const;

/** Files come over a slow line as well; a runtime that says nothing for so long says nothing any more. */
const FETCH_LIMIT_MS = 120_000;
const BOOT_LIMIT_MS = 60_000;
const LATE = 'The container does not answer: try again';

/** Every key is no reason to write: a dev server would build as often. */
const WRITE_AFTER_MS = 250;

/** Begins at once; its owner's end is the container's. */
export function createSharedRun(token: string): SharedRun {
  const [state, setState] = createSignal<SharedRunState>({ name: 'fetching' });
  const [view, setView] = createSignal<RunView>();
  const [refusal, setRefusal] = createSignal<string>();
  const [complaints, setComplaints] = createSignal(0);
  const output = createOutput();
  const edits = new Map<string, string>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let container: WebContainer | undefined;
  let driver: RunDriver | undefined;
  let gone = false;
  onCleanup(() => {
    gone = true;
    for (const timer of timers.values()) clearTimeout(timer);
    container?.teardown();
  });

  const perform = (work: (runs: RunDriver) => Promise<unknown>): void => {
    setRefusal(undefined);
    if (driver === undefined) return;
    work(driver).catch((error: unknown) => {
      // A press that overtook this one is no fault.
      if (!(error instanceof RunRefused && error.code === 'SUPERSEDED')) setRefusal(messageOf(error));
    });
  };
  const open = async (): Promise<void> => {
    const missing = missingNeed(readPageFacts());
    if (missing !== undefined) throw new Error(missing);
    const { bytes, origin } = await readFiles(token);
    setState({ name: 'booting' });
    // The server knows by it whose packages these are.
    configureAPIKey(token);
    const offered = offeredControl(origin);
    // Whoever waits for it below hears of it; a boot that fails before waits for nothing.
    offered.catch(() => undefined);
    const booted = await inTime(bootContainer({ origin, workdirName: 'project', coep: 'require-corp' }));
    if (gone) return booted.teardown();
    container = booted;
    booted.on('error', ({ message }) => setState({ name: 'failed', message }));
    await inTime(booted.mount(bytes));
    const control = await inTime(offered);
    // Another tab with the same link may have them: what is typed here shall be seen here.
    await inTime(control.takePreviews());
    driver = new RunDriver(
      {
        control,
        appId: 'share',
        container: crypto.randomUUID(),
        readFile: (path) => readProjectFile(booted, path),
        delay: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        nowMs: () => Date.now(),
        // It is nobody's run but this tab's.
        acquire: () => Promise.resolve({ mongo: null }),
        release: () => undefined,
        mirror: () => undefined,
      },
      {
        onChange: () => queueMicrotask(() => driver !== undefined && setView(driver.view())),
        onOutput(printed) {
          output.add(printed);
          if (printed.stream === 'stderr') setComplaints((count) => count + printed.lines.length);
        },
      },
      null,
    );
    setState({ name: 'open' });
    perform(async (runs) => {
      await runs.refresh();
      await runs.start();
    });
  };
  open().catch((error: unknown) => setState({ name: 'failed', message: messageOf(error) }));

  return {
    state,
    view,
    refusal,
    output,
    complaints,
    phase: () => runPhase(HELD, view()),
    start: () => perform((runs) => runs.start()),
    stop: () => perform((runs) => runs.stop()),
    edited: (path) => edits.get(path),
    edit(path, text) {
      edits.set(path, text);
      clearTimeout(timers.get(path));
      timers.set(
        path,
        setTimeout(() => {
          container?.fs.writeFile(path, text).catch((error: unknown) => setRefusal(messageOf(error)));
        }, WRITE_AFTER_MS),
      );
    },
  };
}

const inTime = <T>(work: Promise<T>): Promise<T> => withLimit(work, BOOT_LIMIT_MS, LATE);

/** The share's files as `mount` takes them, and the origin where they are run. */
async function readFiles(token: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; origin: string }> {
  const answer = await fetch(apiPaths.sharedMount, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
  });
  if (!answer.ok) {
    // A proxy's own page is no envelope.
    const body: unknown = await answer.json().catch(() => undefined);
    throw new Error(errorEnvelope.safeParse(body).data?.message ?? `The server answered ${answer.status}`);
  }
  const origin = answer.headers.get(SHARED_ORIGIN_HEADER);
  if (origin === null) throw new Error('The server does not say where to run it: reload the page');
  return { bytes: new Uint8Array(await answer.arrayBuffer()), origin };
}
