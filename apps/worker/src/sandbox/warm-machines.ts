import { randomUUID } from 'node:crypto';
import type { SandboxConfig } from '@slipway/contracts';
import { type MachineKind, type MachineWatch, type SandboxMachine, systemClock, within } from '@slipway/sandboxes';
import type { Logger } from 'pino';

/** One that nobody has used for so long is given up: the server may have another runtime by now. */
const KEEP_MS = 10 * 60_000;

/** Machines, one of which is always booted before it is asked for. */
export interface WarmMachines extends MachineKind {
  /** Begins to keep one ready. */
  warm(): void;
  stop(): Promise<void>;
}

/** One that waits, and who is to hear of it once it is somebody's. */
interface Waiting {
  machine: SandboxMachine;
  watch: { current: MachineWatch | undefined };
}

/**
 * Keeps one machine of this configuration connected and waiting, for whoever comes first. It is handed out once and
 * never comes back: no file, process or origin of one build is there for the next. The next one is started when that
 * one has ended, so that a build shares its cores with no boot; where it fails, the next build boots its own.
 */
export function keepOneWarm(
  machines: MachineKind,
  config: SandboxConfig,
  { log, connectMs, keepMs = KEEP_MS }: { log: Logger; connectMs: number; keepMs?: number },
): WarmMachines {
  const stop = new AbortController();
  let waiting: Promise<Waiting | undefined> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const ending = new Set<Promise<unknown>>();

  const open = async (): Promise<Waiting> => {
    const watch: Waiting['watch'] = { current: undefined };
    const told: MachineWatch = { progress: () => watch.current?.progress() };
    const machine = await machines.open(randomUUID(), config, told, stop.signal);
    try {
      const late = (): Error => new Error(`Cannot keep a sandbox ready: no channel came within ${connectMs} ms`);
      await within(systemClock, connectMs, machine.connect(), late);
    } catch (error) {
      await machine.end(0);
      throw error;
    }
    return { machine, watch };
  };
  const warm = (): void => {
    if (stop.signal.aborted || waiting !== undefined) return;
    const opening = open().then(
      (opened) => {
        void opened.machine.ended.then(() => forget(opening));
        return opened;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) log.debug({ err: error }, 'no sandbox could be kept ready');
        forget(opening);
        return undefined;
      },
    );
    waiting = opening;
    clearTimeout(timer);
    timer = setTimeout(() => void drop().then(warm), keepMs).unref();
  };
  const forget = (gone: typeof waiting): void => {
    if (waiting === gone) waiting = undefined;
  };
  const drop = async (): Promise<void> => {
    const unused = waiting;
    waiting = undefined;
    const end = Promise.resolve(unused?.then((opened) => opened?.machine.end(0)));
    ending.add(end);
    await end.finally(() => ending.delete(end));
  };
  return {
    kind: machines.kind,
    sweep: (id) => machines.sweep(id),
    open: async (id, asked, watch, signal) => {
      signal.throwIfAborted();
      const fits = JSON.stringify(asked) === JSON.stringify(config);
      const ready = fits ? waiting : undefined;
      // Before anything is waited for: nobody else gets it.
      if (ready !== undefined) waiting = undefined;
      const found = await unlessAborted(ready, signal);
      const machine = found?.machine ?? (await machines.open(id, asked, watch, signal));
      void machine.ended.then(warm);
      if (found === undefined) return machine;
      found.watch.current = watch;
      return connected(machine);
    },
    warm,
    stop: async () => {
      clearTimeout(timer);
      stop.abort(new Error('Cannot start a sandbox: the worker stops'));
      await drop();
      // One that was given up a moment ago, too.
      await Promise.all(ending);
    },
  };
}

/** Rejects when the signal is aborted; what comes then is nobody's, and is ended. */
async function unlessAborted(
  ready: Promise<Waiting | undefined> | undefined,
  signal: AbortSignal,
): Promise<Waiting | undefined> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  // Nobody waits for it any more when the machine was there first.
  aborted.catch(() => undefined);
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([ready, aborted]);
  } catch (error) {
    void ready?.then((late) => late?.machine.end(0));
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** It has its channel: that is asked for once. */
function connected(machine: SandboxMachine): SandboxMachine {
  return new Proxy(machine, {
    get: (target, name) => {
      if (name === 'connect') return async () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
