import {
  type AppliedEntry,
  type ChangedPaths,
  controlEvent,
  controlReply,
  type ControlEvent,
  type ControlReply,
  type ControlRequest,
  type ControlTopic,
  type Inspection,
  MAX_PATHS,
  type PathContent,
} from '@slipway/wire';
import { ControlError } from './control-error.ts';
import { controlLimits, type ControlLimits } from './control-limits.ts';
import { type OpenProcess, OpenRun } from './open-process.ts';
import { PlainRun, type RunWatch } from './plain-run.ts';
import type { RunEnd, RunLine, RunSink } from './run-sink.ts';
import { RunTable } from './run-table.ts';

/** Without what the client fills in by itself. */
export type RunRequest = Omit<Extract<ControlRequest, { type: 'run' }>, 'id' | 'type' | 'keepStdin' | 'credit'>;

/** The topics whose events have the topic's name; `output` comes to those who run something. */
type EventTopic = Exclude<ControlTopic, 'output'>;
type EventOf<T extends EventTopic> = Extract<ControlEvent, { type: T }>;
type Listener = (event: ControlEvent) => void;

type Success = Extract<ControlReply, { ok: true }>;
type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;

interface Pending {
  readonly action: string;
  /** Called in the turn of the reply, so that no event comes in between. */
  readonly resolve: (reply: Success) => void;
  readonly reject: (error: ControlError) => void;
}

/**
 * The embedding page's end of the control port (`wire/container-control.ts`). The
 * container runs code that nobody has read: what it says is parsed, what it leaves
 * unsaid is bounded, and what has no meaning is passed over, since a newer runtime
 * may say more. A request fails with a `ControlError`.
 */
export class ControlClient {
  readonly #port: MessagePort;
  readonly #limits: ControlLimits;
  readonly #pending = new Map<number, Pending>();
  readonly #runs: RunTable;
  readonly #listeners = new Map<EventTopic, Set<Listener>>();
  readonly #line: RunLine = {
    // No more grants than credit are under way, so they need no place among the requests that wait. One that is
    // refused is of a process that has ended.
    grant: (pid, stream, bytes) => {
      this.#ask({ type: 'grant', pid, stream, bytes }, `Cannot read process ${pid}`, Infinity).catch(passOver);
    },
    write: async (pid, bytes) => {
      await this.#ask({ type: 'write', pid, bytes }, `Cannot write to process ${pid}`);
    },
    close: async (pid, stream) => {
      await this.#ask({ type: 'close', pid, stream }, `Cannot close ${stream} of process ${pid}`);
    },
    kill: (pid, signal, group) => this.signal(pid, signal, { group }),
  };
  readonly #endings = new Set<(error: ControlError) => void>();
  #lastBoot: EventOf<'boot'> | undefined;
  #nextId = 1;
  #closed: ControlError | undefined;

  constructor(port: MessagePort, limits: ControlLimits = controlLimits) {
    this.#port = port;
    this.#limits = limits;
    this.#runs = new RunTable(limits);
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    // The container's page has gone: it was taken out of the document, or its tab crashed.
    port.addEventListener('close', () => this.#end('the page of the container is gone'));
  }

  /** Runs a command without a terminal, stdout and stderr apart. Resolves when it has ended. */
  run(request: RunRequest, watch: RunWatch = {}): Promise<RunEnd> {
    return new Promise((resolve, reject) => {
      const run = new PlainRun(watch, this.#limits.creditBytes, this.#line, resolve, reject);
      this.#start(request, run);
    });
  }

  /**
   * Starts a command whose pipes the page keeps: resolves when it is there. `stdin`
   * of the request comes before what is written to the stream.
   */
  open(request: RunRequest): Promise<OpenProcess> {
    return new Promise((resolve, reject) => {
      this.#start({ ...request, keepStdin: true }, new OpenRun(this.#limits.creditBytes, this.#line, resolve, reject));
    });
  }

  /** Sends `SIGTERM` and the like to a process, or to its whole group. */
  async signal(pid: number, signal: string, options: { readonly group?: boolean } = {}): Promise<void> {
    const group = options.group === undefined ? {} : { group: options.group };
    await this.#ask({ type: 'signal', pid, signal, ...group }, `Cannot send ${signal} to process ${pid}`);
  }

  /** What the runtime has given out; `check` verifies the whole file system as well. */
  async inspect(options: { readonly check?: boolean } = {}): Promise<Inspection> {
    const check = options.check === undefined ? {} : { check: options.check };
    const { inspection } = await this.#ask({ type: 'inspect', ...check }, 'Cannot inspect the container');
    if (inspection !== undefined) return inspection;
    throw new ControlError('EPROTO', 'Cannot inspect the container', 'no inspection came');
  }

  /**
   * Which paths below the working directory changed after `since`; without it, nothing
   * yet, and they are followed from now on. `skip`: names of folders not looked into.
   * `whole`: every path there is.
   */
  async changes(options: { since?: number; skip?: string[]; whole?: boolean } = {}): Promise<ChangedPaths> {
    const { changes } = await this.#ask({ type: 'changes', ...options }, 'Cannot ask what changed');
    if (changes !== undefined) return changes;
    throw new ControlError('EPROTO', 'Cannot ask what changed', 'no answer came');
  }

  /** What is at these paths, in their order. */
  async readPaths(paths: readonly string[]): Promise<PathContent[]> {
    const found: PathContent[] = [];
    // A reply holds so many bytes; what is left is asked for again.
    while (found.length < paths.length) {
      const asked = paths.slice(found.length, found.length + MAX_PATHS);
      const { read } = await this.#ask({ type: 'read', paths: asked }, 'Cannot read files');
      if (read === undefined || read.length === 0 || read.length > asked.length)
        throw new ControlError('EPROTO', 'Cannot read files', 'the reply does not fit');
      found.push(...read);
    }
    return found;
  }

  /** Makes paths what is told but those that changed after `since`, a cursor of `changes`; says which these are. */
  async apply(since: number, entries: readonly AppliedEntry[]): Promise<string[]> {
    const kept: string[] = [];
    for (let at = 0; at < entries.length; at += MAX_PATHS) {
      const page = entries.slice(at, at + MAX_PATHS);
      const reply = await this.#ask({ type: 'apply', since, entries: page }, 'Cannot write files');
      kept.push(...(reply.kept ?? []));
    }
    return kept;
  }

  /** Previews of this runtime origin show this page's container from now on. */
  async takePreviews(): Promise<void> {
    await this.#ask({ type: 'take-previews' }, 'Cannot take the previews');
  }

  /** Containers that are built from now on bring back the home folder of the one before, and keep theirs. */
  async keep(): Promise<void> {
    await this.#ask({ type: 'keep' }, 'Cannot keep the files');
  }

  /** Resolves when what is kept is on the disk. The next container tells `note` in its event `persistence`. */
  async persist(note?: string): Promise<void> {
    await this.#ask({ type: 'persist', ...(note === undefined ? {} : { note }) }, 'Cannot save the file system');
  }

  /** Resolves when no other tab keeps the folder any more: the container that is built next does. */
  async takeKept(): Promise<void> {
    await this.#ask({ type: 'take-kept' }, 'Cannot take the kept files over');
  }

  /** Deletes what is kept; nothing is kept until the next container. */
  async forgetKept(): Promise<void> {
    await this.#ask({ type: 'forget-kept' }, 'Cannot delete the kept files');
  }

  /**
   * Calls `listener` with every event of a topic, until what is returned is called.
   * The first listener subscribes, the last one that goes unsubscribes. Boot events
   * come unasked; who listens late is told the last one.
   */
  on<T extends EventTopic>(topic: T, listener: (event: EventOf<T>) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    const own: Listener = (event) => listener(event as EventOf<T>);
    if (listeners.size === 0 && topic !== 'boot') this.#subscribe('subscribe', topic);
    listeners.add(own);
    if (topic === 'boot' && this.#lastBoot !== undefined) own(this.#lastBoot);
    return () => {
      if (listeners.delete(own) && listeners.size === 0 && topic !== 'boot') this.#subscribe('unsubscribe', topic);
    };
  }

  /**
   * What `booting` gives, unless the container says first that it cannot boot: the
   * @webcontainer/api client itself would wait for ever.
   */
  orBootFailure<T>(booting: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.on('boot', (event) => {
        if (event.phase === 'failed')
          reject(new ControlError('EBOOT', '', event.message ?? 'the container did not boot'));
      });
      const closed = this.#onClosed(reject);
      booting.then(resolve, reject).finally(() => {
        stop();
        closed();
      });
    });
  }

  /** Hangs up. What is under way fails with EPIPE; the container goes on. */
  close(): void {
    this.#port.close();
    this.#end('the port was closed');
  }

  #start(request: Omit<Extract<ControlRequest, { type: 'run' }>, 'id' | 'type' | 'credit'>, run: RunSink): void {
    const action = `Cannot run "${request.command}"`;
    const fail = (error: ControlError): void => {
      this.#runs.notStarted();
      run.failed(error);
    };
    this.#runs.await();
    this.#send({ type: 'run', ...request, credit: this.#limits.creditBytes }, action, {
      action,
      resolve: ({ pid }) =>
        pid === undefined
          ? fail(new ControlError('EPROTO', action, 'the reply has no pid'))
          : this.#runs.started(pid, run),
      reject: fail,
    });
  }

  #onClosed(ended: (error: ControlError) => void): () => void {
    if (this.#closed !== undefined) ended(this.#closed);
    else this.#endings.add(ended);
    return () => {
      this.#endings.delete(ended);
    };
  }

  #subscribe(type: 'subscribe' | 'unsubscribe', topic: EventTopic): void {
    // A container that lacks the topic refuses: then no event comes, which is what the listener sees.
    this.#ask({ type, topics: [topic] }, `Cannot ${type} "${topic}"`).catch(passOver);
  }

  #ask(request: WithoutId<ControlRequest>, action: string, mostPending?: number): Promise<Success> {
    return new Promise((resolve, reject) => this.#send(request, action, { action, resolve, reject }, mostPending));
  }

  #send(
    request: WithoutId<ControlRequest>,
    action: string,
    pending: Pending,
    mostPending: number = this.#limits.pendingRequests,
  ): void {
    if (this.#closed !== undefined) return pending.reject(new ControlError('EPIPE', action, this.#closed.reason));
    if (this.#pending.size >= mostPending) {
      return pending.reject(
        new ControlError('EAGAIN', action, `${this.#limits.pendingRequests} requests wait for their reply`),
      );
    }
    const id = this.#nextId++;
    this.#pending.set(id, pending);
    this.#port.postMessage({ ...request, id } satisfies ControlRequest);
  }

  #receive(data: unknown): void {
    if (isReply(data)) return this.#settle(data);
    const parsed = controlEvent.safeParse(data);
    if (!parsed.success) return;
    const event = parsed.data;
    if ('pid' in event) return this.#runs.receive(event);
    if (event.type === 'boot') this.#lastBoot = event;
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }

  #settle(data: { readonly id: number }): void {
    const pending = this.#pending.get(data.id);
    if (pending === undefined) return;
    this.#pending.delete(data.id);
    const reply = controlReply.safeParse(data);
    if (!reply.success) pending.reject(new ControlError('EPROTO', pending.action, 'the reply has no meaning'));
    else if (reply.data.ok) pending.resolve(reply.data);
    else pending.reject(new ControlError(reply.data.code, pending.action, reply.data.message));
  }

  #end(reason: string): void {
    if (this.#closed !== undefined) return;
    const closed = new ControlError('EPIPE', 'Cannot use the container', reason);
    this.#closed = closed;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { action, reject } of pending) reject(new ControlError('EPIPE', action, reason));
    this.#runs.failAll(closed);
    for (const ended of this.#endings) ended(closed);
    this.#endings.clear();
  }
}

/** For a request whose refusal changes nothing for its caller. */
function passOver(error: unknown): void {
  if (!(error instanceof ControlError)) throw error;
}

function isReply(data: unknown): data is { readonly id: number } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'reply' &&
    'id' in data &&
    typeof data.id === 'number'
  );
}
