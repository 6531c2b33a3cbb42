import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';

/** `stop` resolves when it has ended, which may take as long as its build may go on. */
export interface WorkerProcess {
  stop(): Promise<void>;
}

/** The worker runs as this program does: from one file, or from its sources while somebody works on them. */
const WORKER =
  extname(process.argv[1] ?? '') === '.mjs'
    ? [fileURLToPath(new URL('../../worker/dist/main.mjs', import.meta.url))]
    : ['--import', 'tsx', fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url))];
/** A worker that dies at its start would else be started all the time. */
const RESTART_MS = 2000;

/**
 * The publish worker, in a process of its own: what a build does to its memory
 * or its event loop must not reach the API. It is started again when it dies;
 * its job's lease lapses and the job is claimed anew. The channel between them
 * carries nothing: when it breaks, the worker knows that this process is gone.
 */
export function startWorkerProcess(environment: Readonly<Record<string, string>>, log: Logger): WorkerProcess {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let child = start();

  function start() {
    const started = spawn(process.execPath, WORKER, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...environment },
    });
    started.on('exit', (code, signal) => {
      if (stopping) return;
      log.error({ code, signal }, 'the worker died and will be started again');
      timer = setTimeout(() => (child = start()), RESTART_MS);
    });
    return started;
  }

  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
