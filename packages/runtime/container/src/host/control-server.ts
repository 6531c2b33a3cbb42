/**
 * The container-control extension (contracts/container-control): one server per
 * offered port. It outlives containers; `attach` gives it the one that runs.
 */
import { errnoName } from '@slipway/posix';
import {
  controlRequest,
  type ControlEvent,
  type ControlReply,
  type ControlRequest,
  type ControlTopic,
} from '@slipway/wire';
import { takeKeep } from '../keep/keep-hold.ts';
import type { BootProgress } from './boot-progress.ts';
import type { ContainerHost, HostEvent } from './container-host.ts';
import { ControlRuns } from './control-runs.ts';
import { ProjectFiles } from './project-files.ts';
import type { PreviewPlace } from './preview-place.ts';
import { Refused } from './refused.ts';

/** Processes of a build come and go by hundreds: the table is told ten times a second at most. */
const PROCESSES_EVERY_MS = 100;
/** Asked for and not reported: nothing tells when memory changes. */
const MEMORY_EVERY_MS = 1_000;

/** What a reply says beside that the request was performed, and which of its buffers go along. */
type Performed = Omit<Extract<ControlReply, { ok: true }>, 'type' | 'id' | 'ok'> & { transfer?: ArrayBuffer[] };

/** Whether containers that are built from now on keep their home folder. */
export interface KeepWish {
  keep: boolean;
}

/** Known to the page alone, so it hands them over before a container is there. */
export interface ControlPage {
  previewUrl(port: number): string;
  readonly place: PreviewPlace;
  readonly wish: KeepWish;
}

/** There from before the container: what needs one is refused until `attach`, `boot` and `keep` are not. */
export class ControlServer {
  readonly #port: MessagePort;
  readonly #previewUrl: (port: number) => string;
  readonly #place: PreviewPlace;
  readonly #wish: KeepWish;
  readonly #topics = new Set<ControlTopic>();
  /** Of the container that is attached: another one counts its pids anew. */
  #runs = this.#makeRuns();
  #host: ContainerHost | undefined;
  #files: ProjectFiles | undefined;
  #unsubscribe: () => void = () => undefined;
  #processesDue: ReturnType<typeof setTimeout> | undefined;
  #memoryTimer: ReturnType<typeof setInterval> | undefined;

  constructor(port: MessagePort, boot: BootProgress, { previewUrl, place, wish }: ControlPage) {
    this.#port = port;
    this.#place = place;
    this.#wish = wish;
    this.#previewUrl = previewUrl;
    port.addEventListener('message', (event) => {
      this.#receive((event as MessageEvent<unknown>).data).catch((error: unknown) =>
        console.error(`Cannot answer a control request: ${String(error)}`),
      );
    });
    // The embedder hung up or is gone; engines without this event leave its programs to their credit.
    port.addEventListener('close', () => {
      this.#runs.hangUp();
      this.#files?.close();
    });
    port.start();
    this.#send(boot.latest);
    boot.subscribe((event) => this.#send(event));
    place.subscribe(() => this.#sendTopic('previews'));
  }

  /** Topics that were subscribed before the container was there are told now. */
  attach(host: ContainerHost): void {
    this.detach();
    this.#host = host;
    this.#files = new ProjectFiles(host, (cursor) => {
      if (this.#topics.has('changes')) this.#send({ type: 'changes', cursor });
    });
    this.#unsubscribe = host.subscribe((event) => this.#hostEvent(event));
    for (const topic of this.#topics) this.#sendTopic(topic);
    this.#watchMemory();
  }

  /** Runs of the container that ends are told their ends; subscriptions stay for the next one. */
  detach(): void {
    this.#unsubscribe();
    this.#runs.release();
    this.#runs = this.#makeRuns();
    this.#files?.close();
    this.#files = undefined;
    this.#host = undefined;
    clearTimeout(this.#processesDue);
    this.#processesDue = undefined;
    this.#watchMemory();
  }

  #makeRuns(): ControlRuns {
    return new ControlRuns((event) => this.#send(event));
  }

  /** To a port whose other side is gone it is lost without an error. */
  #send(message: ControlEvent | ControlReply, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  async #receive(data: unknown): Promise<void> {
    const parsed = controlRequest.safeParse(data);
    if (!parsed.success) {
      const id = (data as { id?: unknown } | null)?.id;
      const issue = parsed.error.issues[0];
      // Without an id there is nobody to answer.
      if (typeof id === 'number' && Number.isInteger(id) && id >= 0)
        this.#send({
          type: 'reply',
          id,
          ok: false,
          code: 'EINVAL',
          message: `Cannot read request: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
        });
      return;
    }
    const { id } = parsed.data;
    try {
      const { transfer, ...result } = await this.#perform(parsed.data);
      this.#send({ type: 'reply', id, ok: true, ...result }, transfer);
    } catch (error) {
      // Anything else is a fault of ours, and still an answer: nobody waits for ever.
      const code = error instanceof Refused ? error.code : 'EIO';
      this.#send({
        type: 'reply',
        id,
        ok: false,
        code,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /** Every request of wire/container-control.ts. What is refused throws a `Refused`, whose code goes into the reply. */
  async #perform(request: ControlRequest): Promise<Performed> {
    switch (request.type) {
      case 'subscribe':
        for (const topic of request.topics) {
          this.#topics.add(topic);
          this.#sendTopic(topic);
        }
        this.#watchMemory();
        return {};
      case 'unsubscribe':
        for (const topic of request.topics) this.#topics.delete(topic);
        this.#watchMemory();
        return {};
      case 'run':
        return { pid: this.#runs.start(this.#mustHost(), request) };
      case 'write':
        await this.#runs.write(request, this.#mustHost());
        return {};
      case 'close':
        this.#runs.close(request, this.#mustHost());
        return {};
      case 'grant':
        this.#runs.grant(request, this.#mustHost());
        return {};
      case 'signal': {
        const errno = this.#mustHost().signal(request.group === true ? -request.pid : request.pid, request.signal);
        if (errno < 0) throw new Refused(errnoName(errno), `Cannot signal process ${request.pid}: ${errnoName(errno)}`);
        return {};
      }
      case 'changes':
        return { changes: this.#mustFiles().changes(request.since, request.skip, request.whole) };
      case 'read': {
        const { entries, transfer } = this.#mustFiles().read(request.paths);
        return { read: entries, transfer };
      }
      case 'apply':
        return { kept: await this.#mustFiles().apply(request.since, request.entries) };
      case 'inspect':
        return { inspection: await this.#mustHost().inspect(request.check === true) };
      case 'take-previews':
        await this.#place.take();
        return {};
      case 'keep':
        this.#wish.keep = true;
        return {};
      case 'persist':
        await this.#mustHost().persist(request.note);
        return {};
      case 'take-kept':
        await takeKeep();
        return {};
      case 'forget-kept': {
        const errno = await this.#mustHost().forgetKept();
        if (errno < 0) throw new Refused(errnoName(errno), 'Cannot delete what is kept: another tab keeps it');
        return {};
      }
    }
  }

  #mustFiles(): ProjectFiles {
    this.#mustHost();
    return this.#files!;
  }

  /** EAGAIN: the same request may succeed when a container has booted. */
  #mustHost(): ContainerHost {
    if (this.#host === undefined) throw new Refused('EAGAIN', 'Cannot reach the container: it is not running');
    return this.#host;
  }

  /** What a host tells, as topics. Memory is no event: nothing happens when it changes. */
  #hostEvent(event: HostEvent): void {
    if (event.type === 'port') this.#sendTopic('ports');
    if (event.type === 'persistence') this.#sendTopic('persistence');
    // Changes that come before the timer fires are part of what it tells.
    if (event.type === 'processes')
      this.#processesDue ??= setTimeout(() => {
        this.#processesDue = undefined;
        this.#sendTopic('processes');
      }, PROCESSES_EVERY_MS);
  }

  /**
   * All of a topic's state each time, not what is different: a page that missed one message is right again
   * with the next.
   */
  #sendTopic(topic: ControlTopic): void {
    if (!this.#topics.has(topic)) return;
    // The page's affair, whether a container runs or not.
    if (topic === 'previews' && this.#place.state !== undefined)
      this.#send({ type: 'previews', state: this.#place.state });
    const host = this.#host;
    if (host === undefined) return;
    if (topic === 'processes') this.#send({ type: 'processes', processes: host.processes().flatMap(describeProcess) });
    else if (topic === 'memory') this.#send({ type: 'memory', ...host.memory() });
    else if (topic === 'ports')
      this.#send({
        type: 'ports',
        ports: host
          .listening()
          // 0: whose port it is is not known yet.
          .filter(({ pid }) => pid > 0)
          .map(({ port, pid }) => ({ port, pid, url: this.#previewUrl(port) })),
      });
    else if (topic === 'persistence') this.#send({ type: 'persistence', ...host.kept() });
  }

  /** A timer only while somebody wants the topic of a container that runs. */
  #watchMemory(): void {
    const wanted = this.#host !== undefined && this.#topics.has('memory');
    if (!wanted) {
      clearInterval(this.#memoryTimer);
      this.#memoryTimer = undefined;
    } else this.#memoryTimer ??= setInterval(() => this.#sendTopic('memory'), MEMORY_EVERY_MS);
  }
}

/** Of the kernel's states those that a page is told; a process in any other is left out. */
const states: Readonly<Record<string, 'starting' | 'running' | 'stopped' | 'zombie'>> = {
  starting: 'starting',
  running: 'running',
  stopped: 'stopped',
  zombie: 'zombie',
};

/** An array, empty for a state that the protocol does not tell. */
function describeProcess({
  pid,
  ppid,
  argv,
  cwd,
  state,
  startedAtMs,
}: ReturnType<ContainerHost['processes']>[number]): {
  pid: number;
  ppid: number;
  command: string;
  args: string[];
  cwd: string;
  state: 'starting' | 'running' | 'stopped' | 'zombie';
  startedAtMs: number;
}[] {
  const shown = states[state];
  const [command = '', ...args] = argv;
  return shown === undefined ? [] : [{ pid, ppid, command, args, cwd, state: shown, startedAtMs }];
}
