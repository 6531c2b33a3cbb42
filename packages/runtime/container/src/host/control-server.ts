/**
 * The container-control extension (contracts/container-control): one server per
 * offered port. It outlives containers; `attach` gives it the one that runs.
 */
import { controlRequest, type ControlEvent, type ControlReply, type ControlRequest, type ControlTopic, type Inspection } from '@slipway/contracts';
import type { BootProgress } from './boot-progress.ts';
import type { ContainerHost, HostEvent } from './container-host.ts';
import { errnoName } from './fs-error.ts';
import type { PreviewPlace } from './preview-place.ts';
import { resolveInWorkdir } from './workdir-path.ts';

const PROCESSES_EVERY_MS = 100;
const MEMORY_EVERY_MS = 1_000;

/** A failure the other side is told by code. */
class Refused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class ControlServer {
  readonly #port: MessagePort;
  readonly #previewUrl: (port: number) => string;
  readonly #place: PreviewPlace;
  readonly #topics = new Set<ControlTopic>();
  #host: ContainerHost | undefined;
  #unsubscribe: () => void = () => undefined;
  #processesDue: ReturnType<typeof setTimeout> | undefined;
  #memoryTimer: ReturnType<typeof setInterval> | undefined;

  constructor(port: MessagePort, boot: BootProgress, previewUrl: (port: number) => string, place: PreviewPlace) {
    this.#port = port;
    this.#place = place;
    this.#previewUrl = previewUrl;
    port.addEventListener('message', (event) => void this.#receive((event as MessageEvent<unknown>).data));
    port.start();
    this.#send(boot.latest);
    boot.subscribe((event) => this.#send(event));
    place.subscribe(() => this.#sendTopic('previews'));
  }

  attach(host: ContainerHost): void {
    this.detach();
    this.#host = host;
    this.#unsubscribe = host.subscribe((event) => this.#hostEvent(event));
    for (const topic of this.#topics) this.#sendTopic(topic);
    this.#watchMemory();
  }

  detach(): void {
    this.#unsubscribe();
    this.#host = undefined;
    clearTimeout(this.#processesDue);
    this.#processesDue = undefined;
    this.#watchMemory();
  }

  #send(message: ControlEvent | ControlReply): void {
    this.#port.postMessage(message);
  }

  async #receive(data: unknown): Promise<void> {
    const parsed = controlRequest.safeParse(data);
    if (!parsed.success) {
      const id = (data as { id?: unknown } | null)?.id;
      const issue = parsed.error.issues[0];
      // Without an id there is nobody to answer.
      if (typeof id === 'number' && Number.isInteger(id) && id >= 0) this.#send({ type: 'reply', id, ok: false, code: 'EINVAL', message: `Cannot read request: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}` });
      return;
    }
    const { id } = parsed.data;
    try {
      const result = await this.#perform(parsed.data);
      this.#send({ type: 'reply', id, ok: true, ...result });
    } catch (error) {
      const code = error instanceof Refused ? error.code : 'EIO';
      this.#send({ type: 'reply', id, ok: false, code, message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #perform(request: ControlRequest): Promise<{ pid?: number; inspection?: Inspection }> {
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
        return { pid: this.#run(request) };
      case 'signal': {
        const errno = this.#mustHost().signal(request.group === true ? -request.pid : request.pid, request.signal);
        if (errno < 0) throw new Refused(errnoName(errno), `Cannot signal process ${request.pid}: ${errnoName(errno)}`);
        return {};
      }
      case 'inspect':
        return { inspection: await this.#mustHost().inspect(request.check === true) };
      case 'take-previews':
        await this.#place.take();
        return {};
      case 'persist': {
        const host = this.#mustHost();
        if (host.persist === undefined) throw new Refused('UNSUPPORTED', 'Cannot persist the file system: this build keeps it in memory only');
        this.#send({ type: 'persistence', state: 'saving' });
        try {
          await host.persist();
        } catch (error) {
          this.#send({ type: 'persistence', state: 'failed', message: error instanceof Error ? error.message : String(error) });
          throw error;
        }
        this.#send({ type: 'persistence', state: 'saved' });
        return {};
      }
    }
  }

  #run(request: Extract<ControlRequest, { type: 'run' }>): number {
    const host = this.#mustHost();
    // The reply with the pid goes first; what comes before it waits.
    const early: (() => void)[] = [];
    let announced = false;
    const process = host.spawn({
      command: request.command,
      args: request.args,
      cwd: resolveInWorkdir(host.workdir, request.cwd ?? ''),
      env: request.env ?? {},
      stdio: { kind: 'separate' },
      onOutput: (stream, chunk) => {
        const send = (): void => this.#send({ type: 'output', pid, stream, chunk });
        if (announced) send();
        else early.push(send);
      },
    });
    if (typeof process === 'number') throw new Refused(errnoName(process), `Cannot run "${request.command}": ${errnoName(process)}`);
    const { pid } = process;
    if (request.stdin !== undefined) process.write(request.stdin);
    process.endInput();
    setTimeout(() => {
      announced = true;
      for (const send of early) send();
    }, 0);
    void process.exit.then(async (status) => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await Promise.race([process.drained, new Promise((resolve) => setTimeout(resolve, 300))]);
      this.#send({ type: 'exit', pid, code: status.code, signal: status.signal });
    });
    return pid;
  }

  #mustHost(): ContainerHost {
    if (this.#host === undefined) throw new Refused('EAGAIN', 'Cannot reach the container: it is not running');
    return this.#host;
  }

  #hostEvent(event: HostEvent): void {
    if (event.type === 'port') this.#sendTopic('ports');
    if (event.type === 'processes') this.#processesDue ??= setTimeout(() => {
      this.#processesDue = undefined;
      this.#sendTopic('processes');
    }, PROCESSES_EVERY_MS);
  }

  #sendTopic(topic: ControlTopic): void {
    if (!this.#topics.has(topic)) return;
    // The page's affair, whether a container runs or not.
    if (topic === 'previews' && this.#place.state !== undefined) this.#send({ type: 'previews', state: this.#place.state });
    const host = this.#host;
    if (host === undefined) return;
    if (topic === 'processes') this.#send({ type: 'processes', processes: host.processes().flatMap(describeProcess) });
    else if (topic === 'memory') this.#send({ type: 'memory', ...host.memory() });
    else if (topic === 'ports') this.#send({ type: 'ports', ports: host.listening().filter(({ pid }) => pid > 0).map(({ port, pid }) => ({ port, pid, url: this.#previewUrl(port) })) });
    else if (topic === 'persistence' && host.persist === undefined) this.#send({ type: 'persistence', state: 'off' });
  }

  #watchMemory(): void {
    const wanted = this.#host !== undefined && this.#topics.has('memory');
    if (!wanted) {
      clearInterval(this.#memoryTimer);
      this.#memoryTimer = undefined;
    } else this.#memoryTimer ??= setInterval(() => this.#sendTopic('memory'), MEMORY_EVERY_MS);
  }
}

const states: Readonly<Record<string, 'starting' | 'running' | 'stopped' | 'zombie'>> = { starting: 'starting', running: 'running', stopped: 'stopped', zombie: 'zombie' };

function describeProcess({ pid, ppid, argv, cwd, state, startedAtMs }: ReturnType<ContainerHost['processes']>[number]): { pid: number; ppid: number; command: string; args: string[]; cwd: string; state: 'starting' | 'running' | 'stopped' | 'zombie'; startedAtMs: number }[] {
  const shown = states[state];
  const [command = '', ...args] = argv;
  return shown === undefined ? [] : [{ pid, ppid, command, args, cwd, state: shown, startedAtMs }];
}
