import { isolationHeaders } from '@slipway/embed';
import {
  type CommandEnd,
  LEFT_OUT,
  type SandboxCommand,
  type SandboxFile,
  type SandboxFolder,
} from '@slipway/sandboxes';
import type { Page } from 'playwright-core';
import type { DriverBindings, DriverPage } from '../driver/driver-protocol.ts';
import { listModeChanges } from './mount-modes.ts';
import { encodeMountTree } from './mount-tree.ts';
import { EntryReceiver } from './receive-entries.ts';
import { plainMessage } from './plain-message.ts';
import { parseChanges, parseContents, parseCursor, parsePaths } from './parse-contents.ts';

/** Both end with the sandbox. */
export interface BuilderHosts {
  /** Of the page that embeds the container; the worker answers it itself. */
  pageOrigin: string;
  /** An origin of this sandbox's own: nothing in its storage was there before, or is found again. */
  runtimeOrigin: string;
}

/** Through a binding of the page, without a question of ours. */
export interface PageEvents {
  use(use: { processes: number; fileBytes: number }): void;
  progress(): void;
}

/** Isolated across origins as the app's own page is: the container needs `SharedArrayBuffer`. */
const PAGE_HEADERS = { ...isolationHeaders.app, 'Cache-Control': 'no-store' };
/** Fetched by the page, so that a large project is no argument of an `evaluate`. */
const MOUNT_PATH = '/files';

/** All of the page's calls go through one `evaluate`; their types are those of the page. */
type Method = keyof DriverPage;

/** The worker's side of `driver-page.ts`. */
export class BuilderPage {
  readonly #page: Page;
  readonly #hosts: BuilderHosts;
  readonly #outputs = new Map<number, SandboxCommand['onOutput']>();
  readonly #receivers = new Map<number, EntryReceiver>();
  #mount: readonly SandboxFile[] = [];
  #next = 1;

  private constructor(page: Page, hosts: BuilderHosts) {
    this.#page = page;
    this.#hosts = hosts;
  }

  static async open(page: Page, hosts: BuilderHosts, script: string, events: PageEvents): Promise<BuilderPage> {
    const own = new BuilderPage(page, hosts);
    await own.#serve(script);
    await own.#expose(events);
    await page.goto(`${hosts.pageOrigin}/`);
    // Without it there is no shared memory, and the container would fail later and less clearly.
    if (!(await page.evaluate(() => (globalThis as unknown as { crossOriginIsolated: boolean }).crossOriginIsolated)))
      throw new Error('Cannot open a sandbox: its page is not cross-origin isolated');
    return own;
  }

  connect(): Promise<void> {
    return this.#call('connect', this.#hosts.runtimeOrigin);
  }

  /** The files are held only until the page has fetched them. */
  async configure(files: readonly SandboxFile[]): Promise<void> {
    this.#mount = files;
    await this.#call('configure', MOUNT_PATH, listModeChanges(files));
    this.#mount = [];
  }

  /** The end of the program, also after an abort: its group is killed, and what it had printed still comes. */
  async run({ command, args, env = {}, onOutput, signal }: SandboxCommand): Promise<CommandEnd> {
    const run = this.#next++;
    this.#outputs.set(run, onOutput);
    // A page that is gone has nothing to end.
    const end = (): void => void this.#call('endRun', run).catch(() => undefined);
    signal?.addEventListener('abort', end, { once: true });
    try {
      if (signal?.aborted === true) end();
      return await this.#call('run', { run, command, args: [...args], env: { ...env } });
    } finally {
      this.#outputs.delete(run);
      signal?.removeEventListener('abort', end);
    }
  }

  async readFile(path: string): Promise<Uint8Array> {
    const [file] = await this.#receive((capture) => this.#call('readFile', capture, path));
    if (file?.kind !== 'file') throw new Error(`Cannot read ${JSON.stringify(path)}: nothing came`);
    return file.bytes;
  }

  async capture(): Promise<SandboxFile[]> {
    return await this.#receive((capture) => this.#call('capture', capture, [...LEFT_OUT]));
  }

  /** The container's folder; what the page says of it is looked at. */
  get folder(): SandboxFolder {
    return {
      look: async (paths) => parseContents(await this.#call('look', [...paths]), paths),
      cursor: async () => parseCursor(await this.#call('cursor', [...LEFT_OUT])),
      list: async () => parsePaths(await this.#call('list', [...LEFT_OUT])),
      changes: async (since) => parseChanges(await this.#call('changes', since, [...LEFT_OUT])),
      put: async (since, { path, mode, bytes }) =>
        (await this.#call('put', since, { path, mode, base64: Buffer.from(bytes).toString('base64') })) === true,
    };
  }

  /** By a number of its own, so that entries of another reading, or made-up ones, go nowhere. */
  async #receive(ask: (capture: number) => Promise<void>): Promise<SandboxFile[]> {
    const capture = this.#next++;
    const receiver = new EntryReceiver();
    this.#receivers.set(capture, receiver);
    try {
      await ask(capture);
      return receiver.files;
    } finally {
      this.#receivers.delete(capture);
    }
  }

  /** Rejects where the page throws, and where it is gone. */
  async #call<M extends Method>(
    method: M,
    ...args: Parameters<DriverPage[M]>
  ): Promise<Awaited<ReturnType<DriverPage[M]>>> {
    const answer = this.#page.evaluate(
      async ([name, given]) => {
        const { slipwayPage } = globalThis as unknown as {
          slipwayPage: Record<string, (...all: unknown[]) => Promise<never>>;
        };
        return await slipwayPage[name]!(...given);
      },
      [method, args] as const,
    );
    return await answer.catch((cause: unknown) => {
      throw new Error(plainMessage(cause instanceof Error ? cause.message : String(cause)), { cause });
    });
  }

  /** The page's origin exists in this browser alone: Playwright answers for it, and no request leaves the machine. */
  async #serve(script: string): Promise<void> {
    await this.#page.route(`${this.#hosts.pageOrigin}/**`, async (route) => {
      const answer = (contentType: string, body: string | Buffer) =>
        route.fulfill({ headers: PAGE_HEADERS, contentType, body });
      switch (new URL(route.request().url()).pathname) {
        case '/':
          return await answer(
            'text/html; charset=utf-8',
            '<!doctype html><title>builder</title><body><script type="module" src="/driver.js"></script>',
          );
        case '/driver.js':
          return await answer('text/javascript; charset=utf-8', script);
        case MOUNT_PATH:
          return await answer('application/octet-stream', Buffer.from(encodeMountTree(this.#mount)));
        default:
          return await route.fulfill({ status: 404, headers: PAGE_HEADERS, body: '' });
      }
    });
  }

  /** Bindings reach every frame, the container's too: only the page itself is listened to. */
  async #expose(events: PageEvents): Promise<void> {
    const guard =
      <A extends unknown[]>(handle: (...args: A) => Promise<void>) =>
      async ({ frame }: { frame: { url(): string; parentFrame(): unknown } }, ...args: A) => {
        if (frame.parentFrame() !== null || new URL(frame.url()).origin !== this.#hosts.pageOrigin)
          throw new Error('Not for this page');
        await handle(...args);
      };
    const bindings: DriverBindings = {
      slipwayOutput: async (run, stream, base64) =>
        void (await this.#outputs.get(run)?.(stream, Buffer.from(base64, 'base64'))),
      slipwayEntries: async (capture, entries) => this.#receivers.get(capture)?.take(entries),
      slipwayUse: async (use) => events.use(use),
      slipwayProgress: async () => events.progress(),
    };
    await this.#page.exposeBinding('slipwayOutput', guard(bindings.slipwayOutput));
    await this.#page.exposeBinding('slipwayEntries', guard(bindings.slipwayEntries));
    await this.#page.exposeBinding('slipwayUse', guard(bindings.slipwayUse));
    await this.#page.exposeBinding('slipwayProgress', guard(bindings.slipwayProgress));
  }
}
