import { type ControlClient, offeredControl } from '@slipway/embed';
import { WebContainer } from '@webcontainer/api';
import { Batch, toBase64 } from './batch.ts';
import type { DriverBindings, DriverPage, ModeChange, PageCommand, PageContent, PageEnd } from './driver-protocol.ts';

/**
 * The page in a sandbox's browser. It embeds a container with the very client
 * that any page uses, and holds no credential: files come in and go out through
 * the worker's Node process.
 */
declare global {
  interface Window extends DriverBindings {
    slipwayPage: DriverPage;
  }
  var WEBCONTAINER_API_IFRAME_URL: string;
}

/** How much of chmod's stderr an error may quote. */
const SAID_UNITS = 2_000;
/** Paths that are read at once: their bytes are in this page's memory then. */
const PATHS_A_TIME = 100;
/** What a folder gets that nobody gave a mode. */
const FOLDER_MODE = 0o755;

let control: ControlClient;
let container: WebContainer;
let booting: Promise<WebContainer>;

window.slipwayPage = {
  connect: async (runtimeOrigin) => {
    globalThis.WEBCONTAINER_API_IFRAME_URL = runtimeOrigin;
    // Before `boot`: the port is offered while it boots, and once only.
    const offered = offeredControl(runtimeOrigin);
    booting = WebContainer.boot({ workdirName: 'project', coep: 'require-corp' });
    // Told by `configure`, which waits for it; until then it is nobody's.
    booting.catch(() => undefined);
    control = await offered;
  },
  configure: async (mountPath, modes) => {
    container = await control.orBootFailure(booting);
    const baseBytes = await usedBytes();
    const mounted = await fetch(mountPath);
    await container.mount(new Uint8Array(await mounted.arrayBuffer()));
    for (const change of modes) await changeMode(change);
    watchUse(baseBytes);
  },
  run,
  endRun: async (number) => {
    const pid = pids.get(number);
    // One that has ended by itself meanwhile has what it wanted.
    if (pid !== undefined) await control.signal(pid, 'SIGKILL', { group: true }).catch(() => undefined);
    else endedEarly.add(number);
  },
  look: async (paths) =>
    (await control.readPaths(paths)).map((found): PageContent => {
      const { path } = found;
      if (found.kind === 'file') return { kind: 'file', path, mode: found.mode, base64: toBase64(found.bytes) };
      if (found.kind === 'link') return { kind: 'link', path, target: found.target };
      return found.kind === 'dir' ? { kind: 'dir', path, mode: found.mode } : { kind: 'gone', path };
    }),
  cursor: async (skip) => (await control.changes({ skip })).cursor,
  list: async (skip) => without(skip, (await control.changes({ whole: true, skip })).paths),
  changes: async (since, skip) => {
    const { cursor, paths, all } = await control.changes({ since, skip });
    return { cursor, paths: without(skip, paths), all };
  },
  put: async (since, { path, mode, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return (await control.apply(since, [{ kind: 'file', path, mode, bytes }])).length === 0;
  },
  readFile: async (capture, path) => {
    const batch = new Batch((entries) => window.slipwayEntries(capture, entries));
    await batch.addFile(path, 0, await container.fs.readFile(path));
    await batch.flush();
  },
  capture: async (capture, skip) => {
    const batch = new Batch((entries) => window.slipwayEntries(capture, entries));
    const kept = without(skip, (await control.changes({ whole: true, skip })).paths);
    for (let at = 0; at < kept.length; at += PATHS_A_TIME) {
      for (const entry of await control.readPaths(kept.slice(at, at + PATHS_A_TIME))) {
        if (entry.kind === 'file') await batch.addFile(entry.path, entry.mode, entry.bytes);
        else if (entry.kind === 'link') await batch.add(entry);
        // Others come with what is in them.
        else if (entry.kind === 'dir' && (entry.empty || entry.mode !== FOLDER_MODE))
          await batch.add({ kind: 'dir', path: entry.path, mode: entry.mode });
      }
    }
    await batch.flush();
  },
};

/** Paths no part of which has such a name. */
function without(names: readonly string[], paths: readonly string[]): string[] {
  return paths.filter((path) => !path.split('/').some((name) => names.includes(name)));
}

/** Programs by the number of their run, and runs that were ended before their program had begun. */
const pids = new Map<number, number>();
const endedEarly = new Set<number>();

/** Resolves once the last output was taken, too: the end of a program never overtakes its words. */
async function run({ run: number, command, args, env }: PageCommand): Promise<PageEnd> {
  // Each chunk is handed on before the next one is read: a flood waits in the container, not in this page.
  let sending = Promise.resolve();
  const { code, signal } = await control.run(
    { command, args, env },
    {
      onStart: (pid) => {
        pids.set(number, pid);
        if (endedEarly.delete(number)) void window.slipwayPage.endRun(number);
      },
      onOutput: (stream, chunk) => {
        sending = sending.then(() => window.slipwayOutput(number, stream, toBase64(chunk)));
        return sending;
      },
    },
  );
  pids.delete(number);
  await sending;
  return { code, signal };
}

/** By the command, since the client has no call for it. */
async function changeMode({ mode, paths }: ModeChange): Promise<void> {
  const decoder = new TextDecoder();
  let said = '';
  const { code } = await control.run(
    { command: 'chmod', args: [mode, '--', ...paths] },
    { onOutput: (_stream, chunk) => void (said = (said + decoder.decode(chunk, { stream: true })).slice(-SAID_UNITS)) },
  );
  if (code !== 0) throw new Error(`Cannot give files of the snapshot the mode ${mode}: ${said.trim()}`);
}

/** The file system's bytes now: the runtime's own files are among them. */
function usedBytes(): Promise<number> {
  return new Promise((resolve) => {
    const stop = control.on('memory', ({ fileSystemUsedBytes }) => {
      stop();
      resolve(fileSystemUsedBytes);
    });
  });
}

/** Told at each change. Zombies are not counted: they have ended, and wait only to be asked for their code. */
function watchUse(baseBytes: number): void {
  const use = { processes: 0, fileBytes: 0 };
  // A worker that is gone has nobody to tell.
  const tell = (): void => void window.slipwayUse(use).catch(() => undefined);
  control.on('processes', ({ processes }) => {
    use.processes = processes.filter(({ state }) => state !== 'zombie').length;
    tell();
  });
  control.on('memory', ({ fileSystemUsedBytes }) => {
    use.fileBytes = Math.max(0, fileSystemUsedBytes - baseBytes);
    tell();
  });
  control.on('changes', () => void window.slipwayProgress().catch(() => undefined));
}
