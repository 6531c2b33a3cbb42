import { Kernel, type OutboundConnection, PROGRAMS, type WorkerHandle } from '@slipway/kernel';
import { LateMemory, type LateSetName } from '@slipway/node-lib';
import { appletNames } from '@slipway/shell/applet-names';
import { type AsyncVfs, AsyncVfsClient, createVfsMemory, SLOT_COUNT } from '@slipway/vfs';
import { RELAY_MONGO } from '@slipway/wire';
import { imageEntries } from './base-image.ts';
import { doEngineWork } from './engine-work.ts';
import { HOME, NODE_PATH, SEARCH_PATH, systemFiles, USER, USER_IDS } from './file-layout.ts';
import type { ContainerHost, HostEvent, KernelBoot, OpenOptions } from './host/container-host.ts';
import { spawnForHost } from './host-process.ts';
import { KeepHome, type KeepMessage } from './keep/keep-home.ts';
import { createLineMatcher } from './line-matcher.ts';
import { PostgresService } from './postgres-service.ts';
import { startWorker } from './worker-handle.ts';

/** Where drivers of MongoDB look (RN-14). */
const MONGO_PORT = 27_017;
/** Where the client leaves the choice to the container. */
const DEFAULT_WORKDIR = 'project';

/** What the container's room does not know of: where connections to the outside go. */
export interface ContainerParts {
  /** Serves a connection a process opened to the outside; false when there is no outside. */
  readonly outbound: (connection: OutboundConnection, boot: KernelBoot) => boolean;
}

/** Composes a container: file system, writer, kernel, base files. */
export async function openContainer(
  boot: KernelBoot,
  options: OpenOptions,
  parts: ContainerParts,
): Promise<ContainerHost> {
  const listeners = new Set<(event: HostEvent) => void>();
  const emit = (event: HostEvent): void => {
    for (const listener of listeners) listener(event);
  };

  options.progress('assets');
  // All downloads begin at once: the boot takes as long as the slowest, not as their sum.
  const lazyBuiltins = fetchShared(asset(boot, 'lazy.bin'));
  const baseImage = fetchBytes(asset(boot, 'base-image.bin'));
  const scripts = loadScripts(boot);
  // Each is awaited where it is needed; one that fails meanwhile is not forgotten.
  for (const asset of [lazyBuiltins, baseImage, ...Object.values(scripts)]) asset.catch(() => undefined);

  options.progress('file-system');
  const memory = createVfsMemory({ owner: USER_IDS });
  const kept = new KeepHome(() => emit({ type: 'persistence' }));
  const writer = await startWriter(await scripts.writer, memory, kept, options.keep);
  const fs = new AsyncVfsClient(memory, 0);
  const unpacked = unpackBase(fs, baseImage).then(() => kept.restore(fs));
  unpacked.catch(() => undefined);

  options.progress('kernel');
  const urls = { writer: await scripts.writer, process: await scripts.process, shell: await scripts.shell };
  const extras = new LateMemory();
  let postgres: PostgresService | undefined;
  const kernel = new Kernel({
    fs,
    vfsMemory: memory,
    slots: SLOT_COUNT,
    assets: {
      lazyBuiltins: await lazyBuiltins,
      extras: extras.memory,
      lateUrls: sharedText(JSON.stringify(lateUrls(boot))),
    },
    // Workers that have booted and wait: a command then starts without loading Node first.
    spares: { node: 1, shell: 1, thread: 0 },
    // A program that was just started may well start another (npm, build scripts), and one that starts
    // a thread mostly starts others (test runners, bundlers).
    sparesInDemand: { node: 2, thread: 2 },
    createWorker: (kind, name) => startWorker(urls[PROGRAMS[kind].script], name),
    releaseSlot: (slot) => fs.releaseSlot(slot),
    nowMs: () => Date.now(),
    delay: (ms, task) => {
      setTimeout(task, ms);
    },
    outbound: (connection) => parts.outbound(connection, boot),
    demand: (port) => postgres?.demand(port) ?? false,
    forward: (port) => (boot.config.relay?.mongo === true && port === MONGO_PORT ? RELAY_MONGO : undefined),
    engineWork: doEngineWork,
    emit,
  });

  await unpacked;
  const workdir = `${HOME}/${options.workdirName ?? DEFAULT_WORKDIR}`;
  // After what the boot waits for. Processes that need it wait; if it cannot be had, each tries for itself and says so.
  fetchBytes(asset(boot, 'extras.bin')).then(
    (bytes) => extras.fill(new Uint8Array(bytes)),
    () => extras.giveUp(),
  );
  await mustBeZero(
    fs.mkdirAll(workdir, 0o755).then(({ errno }) => errno),
    `create "${workdir}"`,
  );
  options.progress('node');

  const defaults = environmentOf(workdir);
  postgres = postgresOf(boot, fs, kernel, defaults);
  let open = true;
  let searchUrl: Promise<string> | undefined;
  return {
    fs,
    workdir,
    searchPath: SEARCH_PATH,
    spawn(request) {
      // Who gave no size reads text, though there is a terminal: colours would only be in the way (DI-06).
      const draws = request.stdio.kind === 'terminal' && request.stdio.crlf;
      const terminal = draws ? { TERM: 'xterm-256color', COLORTERM: 'truecolor' } : { TERM: 'dumb' };
      return spawnForHost(kernel, request, { ...defaults, ...terminal, PWD: request.cwd, ...request.env });
    },
    connect: (port) => kernel.connect(port),
    listening: () => kernel.listening(),
    processes: () => kernel.processes(),
    signal: (pid, name) => kernel.kill(pid, name),
    memory: () => ({ fileSystemUsedBytes: usedBytes(fs), fileSystemSizeBytes: memory.byteLength }),
    async inspect(check) {
      // A process that runs reads while the check looks: only a container at rest can be judged.
      const problems = check && kernel.accounting().processes === 0 ? { problems: [...(await fs.check())] } : {};
      const { freeBlocks, freeInodes } = fs.usage();
      return { ...kernel.accounting(), fileSystem: { freeBlocks, freeInodes }, ...(await kept.usage()), ...problems };
    },
    // Few containers are ever searched by pattern: its script comes with the first.
    openMatcher: (expression) => createLineMatcher((searchUrl ??= scriptUrl(boot, 'search.worker')), expression),
    kept: () => kept.state,
    persist: (note) => kept.persist(note),
    forgetKept: () => kept.forget(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async teardown() {
      if (!open) return;
      open = false;
      kernel.shutdown();
      // Its files are free for the next container, of this tab or another.
      kept
        .end()
        .then(() => writer.terminate())
        .catch((error: unknown) => console.error(`Cannot end the file system: ${String(error)}`));
      for (const url of Object.values(urls)) URL.revokeObjectURL(url);
      if (searchUrl !== undefined) searchUrl.then((url) => URL.revokeObjectURL(url)).catch(() => undefined);
      listeners.clear();
    },
  };
}

function usedBytes(fs: AsyncVfsClient): number {
  const { blockSize, blocks, freeBlocks } = fs.usage();
  return (blocks - freeBlocks) * blockSize;
}

/** Undefined where the runtime was built without it. */
function postgresOf(
  boot: KernelBoot,
  fs: AsyncVfs,
  kernel: Kernel,
  defaults: Readonly<Record<string, string>>,
): PostgresService | undefined {
  const image = boot.assets['postgres.bin'];
  if (image === undefined) return undefined;
  return new PostgresService({
    fs,
    folder: `${HOME}/.local/share/slipway/postgres`,
    image: () => fetchBytes(image),
    spawn: (request) => spawnForHost(kernel, request, { ...defaults, PWD: request.cwd }),
    refuse: (port) => kernel.refuse(port),
  });
}

/** Starts the one who changes the file system, with the files in which it keeps what outlives the page, if any. */
async function startWriter(
  script: string,
  memory: SharedArrayBuffer,
  kept: KeepHome,
  wish: OpenOptions['keep'],
): Promise<WorkerHandle> {
  const keep = wish !== undefined && (await kept.begin());
  const writer = startWorker(script, 'vfs-writer');
  await new Promise<void>((resolve, reject) => {
    writer.onMessage((message) => {
      kept.hear(message as KeepMessage);
      resolve();
    });
    writer.onError((message) => reject(new Error(`Cannot start the file system: ${message}`)));
    writer.post({ memory, keep });
  });
  if (keep) wish.onKeeping(memory);
  return writer;
}

/** What programs find in their environment unless the page says otherwise. */
function environmentOf(workdir: string): Readonly<Record<string, string>> {
  return {
    HOME,
    USER,
    LOGNAME: USER,
    PATH: SEARCH_PATH,
    PWD: workdir,
    LANG: 'C.UTF-8',
    SHELL: '/bin/jsh',
    NODE: NODE_PATH,
    // Packages with native parts offer wasm builds under this name.
    npm_config_cpu: 'wasm32',
    npm_config_update_notifier: 'false',
    NAPI_RS_FORCE_WASI: '1',
  };
}

/** By the file's name; the boot says at which address it is. Throws where it says none. */
function asset(boot: KernelBoot, name: string): string {
  const url = boot.assets[name];
  if (url === undefined) throw new Error(`Cannot find the runtime file "${name}": the runtime was built without it`);
  return url;
}

/** Where a process finds the sets of builtins that are not held for it. */
function lateUrls(boot: KernelBoot): Record<LateSetName, string | undefined> {
  return {
    amaro: boot.assets['amaro.bin'],
    codecs: boot.assets['codecs.bin'],
    extras: boot.assets['extras.bin'],
    sqlite: boot.assets['sqlite.bin'],
  };
}

/**
 * The workers' scripts, held by this worker: a container that runs goes on
 * starting programs when the server is away or has been upgraded.
 */
function loadScripts(boot: KernelBoot): Readonly<Record<'writer' | 'process' | 'shell', Promise<string>>> {
  return {
    writer: scriptUrl(boot, 'vfs-writer.worker'),
    process: scriptUrl(boot, 'process.worker'),
    shell: scriptUrl(boot, 'shell.worker'),
  };
}

async function scriptUrl(boot: KernelBoot, name: string): Promise<string> {
  return URL.createObjectURL(new Blob([await fetchBytes(asset(boot, name))], { type: 'text/javascript' }));
}

/** Goes on while the first processes are prepared. */
async function unpackBase(fs: AsyncVfsClient, image: Promise<ArrayBuffer>): Promise<void> {
  await mustBeZero(fs.importEntries('/', systemFiles(appletNames)), 'lay out the system files');
  await mustBeZero(fs.importEntries('/', imageEntries(await image)), 'unpack the base image');
}

/** Throws for any status but 2xx, with the address. */
async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`Cannot load "${url}": the server answered ${response.status}`);
  return await response.arrayBuffer();
}

/** Into memory that every worker of the container can read. */
async function fetchShared(url: string): Promise<SharedArrayBuffer> {
  const bytes = new Uint8Array(await fetchBytes(url));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared, 0, bytes.length).set(bytes);
  return shared;
}

/** For a worker that gets only shared memory at its boot. */
function sharedText(text: string): SharedArrayBuffer {
  const bytes = new TextEncoder().encode(text);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

/** For steps of the boot, where an errno means that there will be no container. */
async function mustBeZero(result: Promise<number>, action: string): Promise<void> {
  const errno = await result;
  if (errno < 0) throw new Error(`Cannot ${action}: errno ${errno}`);
}
