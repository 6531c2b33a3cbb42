import type { RunEnd, RunRequest } from '@slipway/embed';
import type { ProcessWatch } from './process-watch.ts';
import { treeOf } from './process-trees.ts';
import type { RunControl } from './run-control.ts';

/** How long a program may take to end on SIGTERM before it is killed. */
const GRACE_MS = 2500;
/** A killed process is gone from the table within this; no longer is anything waited for. */
const GONE_MS = 2500;
const LOOK_EVERY_MS = 50;

/** A program and all that it starts: the container gives every run a session, and so a group, of its own. */
export interface ProcessGroup {
  readonly end: Promise<RunEnd>;
  /** Ends all of it (RN-09): also what left the group, as long as it hangs below the leader. */
  kill(): Promise<void>;
}

/** Starts a program; `onPid` is called before its first output. */
export function startGroup(
  control: RunControl,
  watch: ProcessWatch,
  request: RunRequest,
  on: {
    pid: (pid: number) => void;
    output: (stream: 'stdout' | 'stderr', chunk: Uint8Array<ArrayBuffer>) => void;
    delay: (ms: number) => Promise<void>;
  },
): ProcessGroup {
  let leader: number | undefined;
  let killed = false;
  let started: () => void = () => undefined;
  const hasStarted = new Promise<void>((resolve) => (started = resolve));
  const end = control
    .run(request, {
      onStart: (pid) => {
        leader = pid;
        started();
        // After a kill that came before the pid was known, nobody hears of it any more.
        if (!killed) on.pid(pid);
      },
      onOutput: (stream, chunk) => {
        if (!killed) on.output(stream, chunk);
      },
    })
    .finally(started);
  const ended = end.then(
    () => undefined,
    () => undefined,
  );
  return {
    end,
    async kill() {
      killed = true;
      await hasStarted;
      if (leader === undefined) return;
      await endTree(control, watch, leader, ended, on.delay);
    },
  };
}

/** SIGTERM to the group of `top`, then SIGKILL to it and to what is left of the tree below. */
export async function endTree(
  control: RunControl,
  watch: ProcessWatch,
  top: number,
  ended: Promise<void> | undefined,
  delay: (ms: number) => Promise<void>,
): Promise<void> {
  const tree = treeOf(watch.processes(), top).map(({ pid, startedAtMs }) => ({ pid, startedAtMs }));
  const left = () =>
    tree.filter(({ pid, startedAtMs }) =>
      watch.processes().some((now) => now.pid === pid && now.startedAtMs === startedAtMs && now.state !== 'zombie'),
    );
  await send(control, top, 'SIGTERM', true);
  await Promise.race([ended ?? until(() => left().length === 0, delay, GRACE_MS), delay(GRACE_MS)]);
  await send(control, top, 'SIGKILL', true);
  // What made a group of its own has not heard of the signal.
  for (const { pid } of left()) if (pid !== top) await send(control, pid, 'SIGKILL', false);
  await until(() => left().length === 0, delay, GONE_MS);
}

async function until(done: () => boolean, delay: (ms: number) => Promise<void>, limitMs: number): Promise<void> {
  for (let waited = 0; !done() && waited < limitMs; waited += LOOK_EVERY_MS) await delay(LOOK_EVERY_MS);
}

async function send(control: RunControl, pid: number, signal: string, group: boolean): Promise<void> {
  try {
    await control.signal(pid, signal, { group });
  } catch (error) {
    // There is nobody any more, which is what was wanted.
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error;
  }
}
