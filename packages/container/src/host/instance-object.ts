/** What `root.build()` returns: one live container, as the client sees it. */
import {
  credentialsArguments, fileSearchArguments, loadFilesArguments, onArguments, onProcessesRemoveArguments, parseArguments, previewScriptArguments, serializeArguments, textSearchArguments,
  watchPathsArguments, type PreviewMessage, type PreviewScript, type RemoteCallback,
} from '@slipway/wire';
import { Proxied, Transferred, type Exposed } from './comlink-endpoint.ts';
import type { ContainerHost, HostEvent } from './container-host.ts';
import { createFsObject } from './fs-object.ts';
import { loadFiles } from './load-files.ts';
import { watchPaths } from './path-watcher.ts';
import { runProcess } from './process-object.ts';
import { serialize } from './serialize.ts';
import { searchFiles, searchText } from './text-search.ts';
import { TreeWatcher } from './tree-watcher.ts';
import { resolveInWorkdir } from './workdir-path.ts';

/** The previews of one container, as far as the client controls them. */
export interface PreviewControl {
  url(port: number): string;
  /** For HTML answered from now on; `undefined` takes it away. */
  setScript(script: PreviewScript | undefined): void;
  subscribe(listener: (message: PreviewMessage) => void): () => void;
}

/** Processes get this long to end in a teardown before it goes on without them. */
const TEARDOWN_MS = 3_000;

export interface Instance {
  readonly exposed: Exposed;
  teardown(): Promise<void>;
}

/** `afterwards` runs once, when the container has been torn down by whoever. */
export function createInstance(host: ContainerHost, previews: PreviewControl, afterwards: () => void = () => undefined): Instance {
  const watcher = new TreeWatcher(host.fs);
  const cleanups = new Set<() => void>();
  const running = new Set<Promise<number>>();
  let tornDown: Promise<void> | undefined;

  /** The client calls unsubscribe without checking: it must be a function, always. */
  const subscription = (name: string, listener: RemoteCallback | undefined, stop: () => void): Proxied => {
    const end = (): void => {
      if (!cleanups.delete(end)) return;
      stop();
      listener?.release();
    };
    cleanups.add(end);
    return new Proxied({ name, call: end, released: end });
  };

  const subscribe = (event: string, listener: RemoteCallback): Proxied => {
    // A page that has gone cannot be told; its session is closed elsewhere.
    const emit = (...args: readonly unknown[]): void => void listener(...args).catch(() => undefined);
    if (event === 'preview-message') return subscription('unsubscribe', listener, previews.subscribe((message) => emit(message)));
    if (event === 'server-ready') return subscription('unsubscribe', listener, whenReady(host, (port) => emit(port, previews.url(port))));
    return subscription('unsubscribe', listener, host.subscribe((hostEvent) => {
      const args = eventArguments(event, hostEvent, (port) => previews.url(port));
      if (args !== undefined) emit(...args);
    }));
  };

  const teardown = (): Promise<void> =>
    (tornDown ??= (async () => {
      // Processes first: a pending `exit` would never settle otherwise.
      const ended = Promise.allSettled(running);
      await Promise.race([host.teardown().then(() => ended), new Promise((resolve) => setTimeout(resolve, TEARDOWN_MS))]);
      for (const cleanup of cleanups) cleanup();
      previews.setScript(undefined);
      afterwards();
    })());

  const alive = (method: (args: readonly unknown[]) => unknown) => (args: readonly unknown[]): unknown => {
    if (tornDown !== undefined) throw new Error('Cannot use this container: it was torn down');
    return method(args);
  };

  const methods: Record<string, (args: readonly unknown[]) => unknown> = {
    fs: alive(() => new Proxied(createFsObject(host.fs, host.workdir, watcher))),
    // Awaited and ignored by 1.6.4.
    previewScript: () => new Proxied(previewScriptObject),
    runtimeInfo: () => ({ path: host.searchPath, cwd: host.workdir }),

    run: alive((args) => {
      const { proxied, ended } = runProcess(host, args);
      running.add(ended);
      void ended.finally(() => running.delete(ended));
      return proxied;
    }),

    on: alive((args) => {
      const [event, listener] = parseArguments('on', onArguments, args);
      return subscribe(event, listener);
    }),

    loadFiles: alive(async (args) => {
      const [payload, options] = parseArguments('mount', loadFilesArguments, args);
      await loadFiles(host.fs, resolveInWorkdir(host.workdir, options?.mountPoints ?? ''), payload);
    }),

    serialize: alive(async (args) => {
      const [path, options] = parseArguments('export', serializeArguments, args);
      const bytes = await serialize(host.fs, resolveInWorkdir(host.workdir, path), path, { format: options?.format ?? 'json', includes: options?.includes ?? [], excludes: options?.excludes ?? [] });
      return new Transferred(bytes, [bytes.buffer]);
    }),

    setPreviewScript: alive((args) => {
      const [src, options] = parseArguments('setPreviewScript', previewScriptArguments, args);
      const { type, defer, async } = options ?? {};
      previews.setScript(src === '' ? undefined : { src, ...(type === undefined ? {} : { type }), ...(defer === undefined ? {} : { defer }), ...(async === undefined ? {} : { async }) });
    }),

    // Tokens of the vendor's sign-in: nothing here asks for them.
    setCredentials: (args) => void parseArguments('setCredentials', credentialsArguments, args),

    watchPaths: alive((args) => {
      const [options, listener] = parseArguments('watchPaths', watchPathsArguments, args);
      const watch = { include: options.include ?? [], exclude: options.exclude ?? [], includeContent: options.includeContent ?? false };
      const stop = watchPaths(host.fs, watcher, host.workdir, watch, (events) => void listener(events).catch(() => undefined));
      return subscription('unsubscribe', listener, stop);
    }),

    textSearch: alive(async (args) => {
      const [pattern, options, onProgress] = parseArguments('textSearch', textSearchArguments, args);
      try {
        return await searchText(host, pattern, options ?? emptySearch, (path, matches) => onProgress?.(path, matches).catch(() => undefined));
      } finally {
        onProgress?.release();
      }
    }),

    fileSearch: alive((args) => {
      const [patterns, folder, options] = parseArguments('fileSearch', fileSearchArguments, args);
      const list = patterns === undefined ? [] : typeof patterns === 'string' ? [patterns] : patterns;
      return searchFiles(host.fs, host.workdir, list, folder, options ?? emptySearch);
    }),

    onProcessesRemove: alive((args) => {
      const [listener] = parseArguments('onProcessesRemove', onProcessesRemoveArguments, args);
      return subscription('unsubscribe', listener, whenRemoved(host, (pid) => void listener({ pid }).catch(() => undefined)));
    }),

    setCORSProxy: alive((args) => refuseUnlessReset('setCORSProxy', args, 'requests of programs go from the browser, or through the relay of the server that the runtime comes from')),
    setCORSAuthToken: alive((args) => refuseUnlessReset('setCORSAuthToken', args, 'there is no proxy of the page that could ask for one')),

    getProcesses: alive(() => livingPids(host).map((pid) => ({ pid }))),
    teardown: () => teardown(),
  };
  // A client that only lets go (its page crashed half-way) leaves no container behind.
  return { exposed: { name: 'container', methods, released: () => void teardown() }, teardown };
}

/** What the client 1.6.1-internal.1 takes for its messages to scripts in previews. Those scripts have no such thing here. */
const previewScriptObject: Exposed = {
  name: 'previewScript',
  methods: Object.fromEntries(
    ['storageSet', 'storageGet', 'broadcast', 'on'].map((name) => [name, () => { throw new UnsupportedError(`previewScript.${name}`, 'preview scripts exchange messages with nobody; use window.postMessage between the page and its preview'); }]),
  ),
};

/** A member that exists in some client and can do nothing here. Nothing changed. */
class UnsupportedError extends Error {
  readonly code = 'UNSUPPORTED';
  constructor(member: string, why: string) {
    super(`Cannot call ${member}: ${why}`);
  }
}

/** Without an argument these take back what was never there. */
function refuseUnlessReset(member: string, args: readonly unknown[], why: string): void {
  if (args[0] !== undefined && args[0] !== null) throw new UnsupportedError(member, why);
}

/** A zombie is only an exit code that nobody has asked for yet. */
function livingPids(host: ContainerHost): number[] {
  return host.processes().filter(({ state }) => state !== 'zombie').map(({ pid }) => pid);
}

/** Calls for every process that runs now, or comes, and ends. */
function whenRemoved(host: ContainerHost, removed: (pid: number) => void): () => void {
  let known = new Set(livingPids(host));
  return host.subscribe((event) => {
    if (event.type !== 'processes') return;
    const now = new Set(livingPids(host));
    for (const pid of known) if (!now.has(pid)) removed(pid);
    known = now;
  });
}

/** A dev server that only tries whether the port is free has let go of it by then. */
const SETTLED_MS = 40;

/** Calls for every port that opens and stays open. */
function whenReady(host: ContainerHost, ready: (port: number) => void): () => void {
  const pending = new Map<number, ReturnType<typeof setTimeout>>();
  const stop = host.subscribe((event) => {
    if (event.type !== 'port') return;
    clearTimeout(pending.get(event.port));
    pending.delete(event.port);
    if (event.action === 'open') pending.set(event.port, setTimeout(() => ready(event.port), SETTLED_MS));
  });
  return () => {
    stop();
    for (const timer of pending.values()) clearTimeout(timer);
  };
}

const emptySearch = { folders: undefined, includes: undefined, excludes: undefined, isRegex: undefined, caseSensitive: undefined, isWordMatch: undefined, globalIgnoreFiles: undefined, gitignore: undefined, requireGit: undefined, ignoreSymlinks: undefined, resultLimit: undefined, homeDir: undefined };

/** Arguments of the client's listener, or `undefined` when the event is not of that name. */
function eventArguments(name: string, event: HostEvent, url: (port: number) => string): readonly unknown[] | undefined {
  switch (event.type) {
    case 'port':
      return name === 'port' ? [event.port, event.action, url(event.port)] : undefined;
    case 'error':
      return name === 'error' ? [{ message: event.message }] : undefined;
    case 'xdg-open':
    case 'code':
      return name === event.type ? event.args : undefined;
    case 'processes':
      return undefined;
  }
}
