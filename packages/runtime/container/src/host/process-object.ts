/** What `instance.run()` returns. */
import { exitCodeOfSignal } from '@slipway/posix';
import { parseArguments, parseRunArguments, resizeArguments, writeArguments } from '@slipway/wire';
import type { ContainerHost, HostProcess } from './container-host.ts';
import { Proxied } from './comlink-endpoint.ts';
import { FsError } from './fs-error.ts';
import { OutputPump } from './output-pump.ts';
import { resolveInWorkdir } from './workdir-path.ts';

type ExitStatus = Awaited<HostProcess['exit']>;

/** Output written before the end must come before `exit`; a background job that keeps the pipe must not hold it up. */
const DRAIN_MS = 300;
/** A page that does not take its output any more must not hold `exit` up either. */
const FLUSH_MS = 2_000;
/** `kill()` has no signal argument: polite first, then not. */
const KILL_MS = 2_000;

const DEFAULT_SIZE = { cols: 80, rows: 24 };

/** 128 and the signal's number where a signal ended it, as a shell reports it. */
export function exitCode(status: ExitStatus): number {
  return status.signal === null ? status.code : exitCodeOfSignal(status.signal);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The process for the client, and a promise of its being over as the client sees it. */
export function runProcess(
  host: ContainerHost,
  args: readonly unknown[],
): { readonly proxied: Proxied; readonly ended: Promise<number> } {
  const { request, callbacks } = parseRunArguments(args);
  const pumps = {
    stdout: new OutputPump(callbacks.stdout),
    stderr: new OutputPump(callbacks.stderr),
    output: new OutputPump(callbacks.output),
  };
  const all = Object.values(pumps);
  // Asked for apart (1.6.1-internal.1), they are pipes; one terminal cannot tell them from each other.
  const separate = callbacks.stdout !== undefined || callbacks.stderr !== undefined;
  const size = request.terminal ?? DEFAULT_SIZE;
  const process = host.spawn({
    command: request.command,
    args: request.args,
    cwd: resolveInWorkdir(host.workdir, request.cwd ?? ''),
    env: request.env,
    // Who gives a size draws a terminal; who gives none reads lines.
    stdio: separate
      ? { kind: 'separate' }
      : { kind: 'terminal', columns: size.cols, rows: size.rows, crlf: request.terminal !== undefined },
    onOutput: async (stream, bytes) => {
      await Promise.all([separate ? pumps[stream].push(bytes) : undefined, pumps.output.push(bytes)]);
    },
  });
  if (typeof process === 'number') {
    for (const callback of Object.values(callbacks)) callback?.release();
    throw new FsError(process, 'spawn', request.command);
  }

  const endOutput = (): Promise<unknown> => Promise.all(all.map((pump) => pump.end()));
  // What the program has written is with the client before `exit` settles, as far as both time limits allow.
  const ended = (async () => {
    const status = await process.exit;
    const drained = await Promise.race([
      process.drained.then(
        () => true,
        () => false,
      ),
      after(DRAIN_MS).then(() => false),
    ]);
    if (drained) await Promise.race([endOutput(), after(FLUSH_MS)]);
    else {
      await Promise.race([Promise.all(all.map((pump) => pump.flushed())), after(FLUSH_MS)]);
      process.drained.then(endOutput).catch(() => undefined);
    }
    return exitCode(status);
  })();

  const encoder = new TextEncoder();
  let over = false;
  const isOver = (): void => {
    over = true;
  };
  ended.then(isOver, isOver);
  const proxied = new Proxied({
    name: 'process',
    properties: { onExit: () => ended },
    methods: {
      write: (callArgs) => {
        const [data] = parseArguments('process.write', writeArguments, callArgs);
        process.write(typeof data === 'string' ? encoder.encode(data) : data);
      },
      // The client catches neither of these two: they never fail, whatever they are given.
      resize: (callArgs) => {
        const parsed = resizeArguments.safeParse(callArgs.slice(0, 1));
        if (parsed.success) process.resize(parsed.data[0].cols, parsed.data[0].rows);
      },
      kill: () => {
        if (over) return;
        process.signal('SIGTERM');
        setTimeout(() => {
          if (!over) process.signal('SIGKILL');
        }, KILL_MS);
      },
    },
  });
  return { proxied, ended };
}
