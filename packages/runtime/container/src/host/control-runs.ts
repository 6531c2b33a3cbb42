/** The processes that one control port runs: their input, their output under credit, their end. */
import { errnoName } from '@slipway/posix';
import {
  type ControlEvent,
  type ControlRequest,
  MAX_CREDIT_BYTES,
  MAX_WAITING_WRITE_BYTES,
  MAX_WRITE_BYTES,
} from '@slipway/wire';
import type { ContainerHost, HostProcess } from './container-host.ts';
import { OutputGate } from './output-gate.ts';
import { Refused } from './refused.ts';
import { resolveInWorkdir } from './workdir-path.ts';

/** Output written before the end comes before it, unless a background job keeps the pipe or the page gave no credit. */
const DRAIN_MS = 300;

type RequestOf<T extends ControlRequest['type']> = Extract<ControlRequest, { type: T }>;

interface Run {
  readonly process: HostProcess;
  readonly gates: { readonly stdout: OutputGate; readonly stderr: OutputGate };
  readonly credited: boolean;
  inputOpen: boolean;
  /** Bytes of `write`s that are not in the pipe yet. */
  waitingBytes: number;
}

/** What other processes there are, for an errno that says what is wrong. */
type Neighbours = Pick<ContainerHost, 'processes'>;

/** The processes of one control port: when the port closes, their pipes break. */
export class ControlRuns {
  readonly #send: (event: ControlEvent) => void;
  /** From the start to the `end` event. */
  readonly #runs = new Map<number, Run>();
  #gone = false;

  constructor(send: (event: ControlEvent) => void) {
    this.#send = send;
  }

  /** Starts a process and gives its pid; its events begin a turn later, after the reply. */
  start(host: ContainerHost, request: RequestOf<'run'>): number {
    const { command, args, credit = Infinity } = request;
    if (credit !== Infinity) mustBeCredit(credit, `Cannot run "${command}"`);
    const announced = nextTurn();
    const gate = (stream: 'stdout' | 'stderr'): OutputGate =>
      new OutputGate(credit, (chunk) => this.#send({ type: 'output', pid: mustHavePid(), stream, chunk }));
    const gates = { stdout: gate('stdout'), stderr: gate('stderr') };
    const process = host.spawn({
      command,
      args,
      cwd: resolveInWorkdir(host.workdir, request.cwd ?? ''),
      env: request.env ?? {},
      stdio: { kind: 'separate' },
      onOutput: async (stream, chunk) => {
        await announced;
        await gates[stream].pass(chunk);
      },
    });
    if (typeof process === 'number')
      throw new Refused(errnoName(process), `Cannot run "${command}": ${errnoName(process)}`);
    const { pid } = process;
    const mustHavePid = (): number => pid;
    const inputOpen = request.keepStdin === true;
    const run: Run = { process, gates, credited: credit !== Infinity, inputOpen, waitingBytes: 0 };
    this.#runs.set(pid, run);
    if (request.stdin !== undefined) process.write(request.stdin);
    if (!inputOpen) process.endInput();
    this.#tellEnd(run).catch((error: unknown) =>
      console.error(`Cannot tell the end of process ${pid}: ${String(error)}`),
    );
    return pid;
  }

  /** Resolves when the bytes are in the pipe. */
  async write({ pid, bytes }: RequestOf<'write'>, neighbours: Neighbours): Promise<void> {
    const action = `Cannot write to process ${pid}`;
    const run = this.#mustRun(pid, action, neighbours);
    if (!run.inputOpen) throw new Refused('EPIPE', `${action}: its input is closed`);
    if (bytes.length > MAX_WRITE_BYTES)
      throw new Refused('EMSGSIZE', `${action}: ${bytes.length} bytes, ${MAX_WRITE_BYTES} at most`);
    if (run.waitingBytes + bytes.length > MAX_WAITING_WRITE_BYTES)
      throw new Refused('EAGAIN', `${action}: ${run.waitingBytes} bytes wait for it`);
    run.waitingBytes += bytes.length;
    run.process.write(bytes);
    const errno = await run.process.written();
    run.waitingBytes -= bytes.length;
    if (errno < 0) throw new Refused(errnoName(errno), `${action}: ${errnoName(errno)}`);
  }

  /** A closed output breaks the program's pipe (EPIPE at its next write); a closed input is its end of file. */
  close({ pid, stream = 'stdin' }: RequestOf<'close'>, neighbours: Neighbours): void {
    const run = this.#mustRun(pid, `Cannot close ${stream} of process ${pid}`, neighbours);
    if (stream !== 'stdin') {
      run.gates[stream].close();
      run.process.abandonOutput(stream);
    } else if (run.inputOpen) {
      run.inputOpen = false;
      run.process.endInput();
    }
  }

  /** More output that the page takes. Of no effect for a run that was started without a limit. */
  grant({ pid, stream, bytes }: RequestOf<'grant'>, neighbours: Neighbours): void {
    const action = `Cannot grant output of process ${pid}`;
    const run = this.#mustRun(pid, action, neighbours);
    const gate = run.gates[stream];
    if (!run.credited) return;
    mustBeCredit(gate.credit + bytes, action);
    gate.grant(bytes);
  }

  /** The container is torn down: nobody grants any more, and every end is told nevertheless. */
  release(): void {
    for (const { gates } of this.#runs.values()) {
      gates.stdout.close();
      gates.stderr.close();
    }
  }

  /** The page has gone: the pipes of what it ran break, as when the reader of a pipe goes. */
  hangUp(): void {
    this.#gone = true;
    this.release();
    for (const { process } of this.#runs.values()) {
      process.endInput();
      process.abandonOutput();
    }
    this.#runs.clear();
  }

  /** Refuses as kill(2) would: EPERM for a process of somebody else's, ESRCH for none. */
  #mustRun(pid: number, action: string, neighbours: Neighbours): Run {
    const run = this.#runs.get(pid);
    if (run !== undefined) return run;
    if (neighbours.processes().some((process) => process.pid === pid))
      throw new Refused('EPERM', `${action}: it was not started here`);
    throw new Refused('ESRCH', `${action}: no such process`);
  }

  /**
   * `exit` when the process has ended, `quiet` when whatever keeps its pipes open holds nothing back, `end`
   * when they are closed.
   */
  async #tellEnd({ process, gates }: Run): Promise<void> {
    const { pid, exit } = process;
    let drained = false;
    const over = process.drained
      // Rejects when output could not be read or handed over: the pipe is closed by then, and its end is told all the
      // same.
      .catch(() => undefined)
      .then(() => {
        drained = true;
      });
    const { code, signal } = await exit;
    await nextTurn();
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, DRAIN_MS))]);
    if (!this.#gone) this.#send({ type: 'exit', pid, code, signal });
    if (!drained) {
      // What the page holds back by giving no credit is not lost, whenever it is asked for.
      while (!drained && (gates.stdout.held || gates.stderr.held)) {
        await Promise.race([over, Promise.all([gates.stdout.whenFree(), gates.stderr.whenFree()])]);
        // By then the pump has read on, and waits anew or has nothing.
        await nextTurn();
      }
      if (!drained && !this.#gone) this.#send({ type: 'quiet', pid });
      await over;
    }
    this.#runs.delete(pid);
    if (!this.#gone) this.#send({ type: 'end', pid });
  }
}

/** Summed up over grants: a page that grants without end would overflow the count. */
function mustBeCredit(bytes: number, action: string): void {
  if (bytes > MAX_CREDIT_BYTES)
    throw new Refused('EOVERFLOW', `${action}: ${bytes} bytes of credit, ${MAX_CREDIT_BYTES} at most`);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
