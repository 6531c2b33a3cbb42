/** What `root.build()` returns: one live container, as the client sees it. */
import {
  credentialsArguments,
  fileSearchArguments,
  loadFilesArguments,
  onArguments,
  onProcessesRemoveArguments,
  parseArguments,
  previewScriptArguments,
  serializeArguments,
  textSearchArguments,
  watchPathsArguments,
  type PreviewMessage,
  type PreviewScript,
  type RemoteCallback,
} from '@slipway/wire';
import { Proxied, Transferred, type Exposed } from './comlink-endpoint.ts';
import type { ContainerHost } from './container-host.ts';
import { createFsObject } from './fs-object.ts';
import { eventArguments, livingPids, whenReady, whenRemoved } from './host-events.ts';
import { loadFiles } from './load-files.ts';
import { watchPaths } from './path-watcher.ts';
import { runProcess } from './process-object.ts';
import { serialize } from './serialize.ts';
import { searchFiles, searchText } from './text-search.ts';
import { TreeWatcher } from './tree-watcher.ts';
import { resolveInWorkdir } from './workdir-path.ts';

/** One for all ports of the container. */
export interface PreviewControl {
  url(port: number): string;
  /** For HTML answered from now on; `undefined` takes it away. */
  setScript(script: PreviewScript | undefined): void;
  subscribe(listener: (message: PreviewMessage) => void): () => void;
}

/** Processes get this long to end in a teardown before it goes on without them. */
const TEARDOWN_MS = 3_000;

type Method = (args: readonly unknown[]) => unknown;

const NO_PROXY =
  'requests of programs go from the browser, or through the relay of the server that the runtime comes from';
const NO_PROXY_TOKEN = 'there is no proxy of the page that could ask for one';

/** After `teardown` nothing of it runs any more. */
export interface Instance {
  readonly exposed: Exposed;
  teardown(): Promise<void>;
}

/**
 * The members of a container and what has to be let go when it is torn down.
 * `afterwards` runs once, when it has been, by whoever.
 */
export class ContainerInstance implements Instance {
  readonly exposed: Exposed;
  readonly #host: ContainerHost;
  readonly #previews: PreviewControl;
  readonly #afterwards: () => void;
  readonly #watcher: TreeWatcher;
  readonly #cleanups = new Set<() => void>();
  readonly #running = new Set<Promise<number>>();
  #tornDown: Promise<void> | undefined;

  constructor(host: ContainerHost, previews: PreviewControl, afterwards: () => void = () => undefined) {
    this.#host = host;
    this.#previews = previews;
    this.#afterwards = afterwards;
    this.#watcher = new TreeWatcher(host.fs);
    this.exposed = {
      name: 'container',
      methods: this.#methods(),
      // A client that only lets go (its page crashed half-way) leaves no container behind.
      released: () => {
        this.teardown().catch((error: unknown) => console.error(`Cannot tear the container down: ${String(error)}`));
      },
    };
  }

  /** Ends the processes, then every subscription. A second call waits for the first. */
  teardown(): Promise<void> {
    return (this.#tornDown ??= this.#tearDown());
  }

  async #tearDown(): Promise<void> {
    // Processes first: a pending `exit` would never settle otherwise.
    const ended = Promise.allSettled(this.#running);
    await Promise.race([
      this.#host.teardown().then(() => ended),
      new Promise((resolve) => setTimeout(resolve, TEARDOWN_MS)),
    ]);
    for (const cleanup of this.#cleanups) cleanup();
    this.#previews.setScript(undefined);
    this.#afterwards();
  }

  /** A member by its name in the client's protocol. All but a few want a container that lives. */
  #methods(): NonNullable<Exposed['methods']> {
    const alive =
      (method: Method): Method =>
      (args) => {
        if (this.#tornDown !== undefined) throw new Error('Cannot use this container: it was torn down');
        return method(args);
      };
    return {
      fs: alive(() => new Proxied(createFsObject(this.#host.fs, this.#host.workdir, this.#watcher))),
      // Awaited and ignored by 1.6.4.
      previewScript: () => new Proxied(previewScriptObject),
      runtimeInfo: () => ({ path: this.#host.searchPath, cwd: this.#host.workdir }),
      run: alive((args) => this.#run(args)),
      on: alive((args) => this.#on(...parseArguments('on', onArguments, args))),
      loadFiles: alive((args) => this.#loadFiles(args)),
      serialize: alive((args) => this.#serialize(args)),
      setPreviewScript: alive((args) => this.#setPreviewScript(args)),
      // Tokens of the vendor's sign-in: nothing here asks for them.
      setCredentials: (args) => {
        parseArguments('setCredentials', credentialsArguments, args);
      },
      watchPaths: alive((args) => this.#watchPaths(args)),
      textSearch: alive((args) => this.#textSearch(args)),
      fileSearch: alive((args) => this.#fileSearch(args)),
      onProcessesRemove: alive((args) => this.#onProcessesRemove(args)),
      setCORSProxy: alive((args) => refuseUnlessReset('setCORSProxy', args, NO_PROXY)),
      setCORSAuthToken: alive((args) => refuseUnlessReset('setCORSAuthToken', args, NO_PROXY_TOKEN)),
      getProcesses: alive(() => livingPids(this.#host).map((pid) => ({ pid }))),
      teardown: () => this.teardown(),
    };
  }

  /** The client calls unsubscribe without checking: it must be a function, always. */
  #subscription(listener: RemoteCallback | undefined, stop: () => void): Proxied {
    const end = (): void => {
      if (!this.#cleanups.delete(end)) return;
      stop();
      listener?.release();
    };
    this.#cleanups.add(end);
    return new Proxied({ name: 'unsubscribe', call: end, released: end });
  }

  /** Remembered until its end, for which a teardown waits. */
  #run(args: readonly unknown[]): Proxied {
    const { proxied, ended } = runProcess(this.#host, args);
    this.#running.add(ended);
    const forget = (): void => {
      this.#running.delete(ended);
    };
    ended.then(forget, forget);
    return proxied;
  }

  /** Two events have conditions of their own; the rest are the host's, told as the client wants their arguments. */
  #on(event: string, listener: RemoteCallback): Proxied {
    // A page that has gone cannot be told; its session is closed elsewhere.
    const emit = (...args: readonly unknown[]): void => {
      listener(...args).catch(() => undefined);
    };
    const url = (port: number): string => this.#previews.url(port);
    switch (event) {
      case 'preview-message':
        return this.#subscription(
          listener,
          this.#previews.subscribe((message) => emit(message)),
        );
      case 'server-ready':
        return this.#subscription(
          listener,
          whenReady(this.#host, (port) => emit(port, url(port))),
        );
      default:
        return this.#subscription(
          listener,
          this.#host.subscribe((hostEvent) => {
            const args = eventArguments(event, hostEvent, url);
            if (args !== undefined) emit(...args);
          }),
        );
    }
  }

  async #loadFiles(args: readonly unknown[]): Promise<void> {
    const [payload, options] = parseArguments('mount', loadFilesArguments, args);
    await loadFiles(this.#host.fs, resolveInWorkdir(this.#host.workdir, options?.mountPoints ?? ''), payload);
  }

  async #serialize(args: readonly unknown[]): Promise<Transferred> {
    const [path, options] = parseArguments('export', serializeArguments, args);
    const bytes = await serialize(this.#host.fs, resolveInWorkdir(this.#host.workdir, path), path, {
      format: options?.format ?? 'json',
      includes: options?.includes ?? [],
      excludes: options?.excludes ?? [],
    });
    return new Transferred(bytes, [bytes.buffer]);
  }

  /** An empty source takes the script away; flags that the client left out are left out of the tag. */
  #setPreviewScript(args: readonly unknown[]): void {
    const [src, options] = parseArguments('setPreviewScript', previewScriptArguments, args);
    const { type, defer, async } = options ?? {};
    this.#previews.setScript(
      src === ''
        ? undefined
        : {
            src,
            ...(type === undefined ? {} : { type }),
            ...(defer === undefined ? {} : { defer }),
            ...(async === undefined ? {} : { async }),
          },
    );
  }

  /** Events go one way: a client that no longer takes them is found out when its session closes. */
  #watchPaths(args: readonly unknown[]): Proxied {
    const [options, listener] = parseArguments('watchPaths', watchPathsArguments, args);
    const watch = {
      include: options.include ?? [],
      exclude: options.exclude ?? [],
      includeContent: options.includeContent ?? false,
    };
    const stop = watchPaths(this.#host.fs, this.#watcher, this.#host.workdir, watch, (events) => {
      listener(events).catch(() => undefined);
    });
    return this.#subscription(listener, stop);
  }

  /** The client's listener is let go when the search ends; it has no unsubscribe of its own. */
  async #textSearch(args: readonly unknown[]): Promise<unknown> {
    const [pattern, options, onProgress] = parseArguments('textSearch', textSearchArguments, args);
    try {
      return await searchText(this.#host, pattern, options ?? emptySearch, (path, matches) =>
        onProgress?.(path, matches).catch(() => undefined),
      );
    } finally {
      onProgress?.release();
    }
  }

  #fileSearch(args: readonly unknown[]): unknown {
    const [patterns, folder, options] = parseArguments('fileSearch', fileSearchArguments, args);
    // The client hands on one pattern or a list, as its own caller wrote it.
    const list = patterns === undefined ? [] : typeof patterns === 'string' ? [patterns] : patterns;
    return searchFiles(this.#host.fs, this.#host.workdir, list, folder, options ?? emptySearch);
  }

  #onProcessesRemove(args: readonly unknown[]): Proxied {
    const [listener] = parseArguments('onProcessesRemove', onProcessesRemoveArguments, args);
    return this.#subscription(
      listener,
      whenRemoved(this.#host, (pid) => {
        listener({ pid }).catch(() => undefined);
      }),
    );
  }
}

/**
 * What the client 1.6.1-internal.1 takes for its messages to scripts in previews.
 * Those scripts have no such thing here.
 */
const previewScriptObject: Exposed = {
  name: 'previewScript',
  methods: Object.fromEntries(
    ['storageSet', 'storageGet', 'broadcast', 'on'].map((name) => [
      name,
      () => {
        throw new UnsupportedError(
          `previewScript.${name}`,
          'preview scripts exchange messages with nobody; use window.postMessage between the page and its preview',
        );
      },
    ]),
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

/** What a search without options is; every member is named, as the parsed options have them. */
const emptySearch = {
  folders: undefined,
  includes: undefined,
  excludes: undefined,
  isRegex: undefined,
  caseSensitive: undefined,
  isWordMatch: undefined,
  globalIgnoreFiles: undefined,
  gitignore: undefined,
  requireGit: undefined,
  ignoreSymlinks: undefined,
  resultLimit: undefined,
  homeDir: undefined,
};
