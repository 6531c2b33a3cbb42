import { type RunRecord, runRecord } from '@slipway/contracts';
import type { RunControl } from './run-control.ts';

/** Beside the project folder, so that snapshots, the tree and git do not see it (RN-13). */
export const RUN_FOLDER = '/workspace/run';

/** Of the last run; at LOG_LIMIT_BYTES a new one begins, and the one before is kept. */
export const LOG_PATH = `${RUN_FOLDER}/dev.log`;

/** One log and the one before it; a server that prints all day must not fill the file system. */
const LOG_LIMIT_BYTES = 1024 * 1024;
/** A write is a process of its own: output of so long goes into one. */
const LOG_EVERY_MS = 500;
const RECORD_LIMIT_BYTES = 4096;

/** The record of a run, as it stands in the container. */
export interface RunFiles {
  /** Null: no run. Writes are done in order, each whole or not at all; one that a newer one follows may be left out. */
  write(run: RunRecord | null): void;
  read(): Promise<RunRecord | null | 'unreadable'>;
  /** A new log; the old one is gone. */
  beginLog(): void;
  log(chunk: Uint8Array): void;
}

/**
 * Small commands in the container write the files, since the client's own file system ends at the
 * project folder. Every file is written beside its place and renamed, so that nobody reads half of it.
 */
export function createRunFiles(control: RunControl, delay: (ms: number) => Promise<void>): RunFiles {
  let queue: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch((error: unknown) => console.warn('Cannot write about the run:', error));
    return done;
  };
  const shell = (script: string, stdin: Uint8Array<ArrayBuffer>) =>
    control.run({ command: 'sh', args: ['-c', script], cwd: '', stdin });

  let next: { run: RunRecord | null } | undefined;
  const writeNext = async (): Promise<void> => {
    const write = next;
    next = undefined;
    if (write === undefined) return;
    const { run } = write;
    const text = new TextEncoder().encode(run === null ? '' : `${JSON.stringify(run)}\n`);
    const place = `mkdir -p ${RUN_FOLDER} && cd ${RUN_FOLDER}`;
    const pid =
      run === null || run.pid === null ? 'rm -f dev.pid' : `echo ${run.pid} > .dev.pid && mv .dev.pid dev.pid`;
    const record = run === null ? 'rm -f current.json' : 'cat > .current.json && mv .current.json current.json';
    await shell(`${place} && ${record} && ${pid}`, text);
  };

  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let written = 0;
  let due = false;
  const flush = async (): Promise<void> => {
    due = false;
    const chunks = waiting;
    waiting = [];
    waitingBytes = 0;
    const bytes = joined(chunks);
    const turned = written + bytes.length > LOG_LIMIT_BYTES;
    written = turned ? bytes.length : written + bytes.length;
    const turn = turned ? `mv -f ${LOG_PATH} ${LOG_PATH}.1; ` : '';
    await shell(`mkdir -p ${RUN_FOLDER}; ${turn}cat >> ${LOG_PATH}`, bytes);
  };

  return {
    write(run) {
      const first = next === undefined;
      next = { run };
      if (first) void enqueue(writeNext).catch(() => undefined);
    },
    read: () => enqueue(() => readRecord(control)),
    beginLog() {
      waiting = [];
      waitingBytes = 0;
      written = 0;
      void enqueue(() => shell(`mkdir -p ${RUN_FOLDER}; cat > ${LOG_PATH}`, new Uint8Array(0))).catch(() => undefined);
    },
    log(chunk) {
      // A flood in between two writes: its end is kept, as in the log itself.
      while (waitingBytes > LOG_LIMIT_BYTES) waitingBytes -= waiting.shift()?.length ?? waitingBytes;
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (due) return;
      due = true;
      void delay(LOG_EVERY_MS)
        .then(() => enqueue(flush))
        .catch(() => undefined);
    },
  };
}

async function readRecord(control: RunControl): Promise<RunRecord | null | 'unreadable'> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const enter = `cd ${RUN_FOLDER} 2>/dev/null && test -e current.json || exit 3`;
  const script = `${enter}; head -c ${RECORD_LIMIT_BYTES} current.json`;
  const end = await control.run(
    { command: 'sh', args: ['-c', script], cwd: '' },
    {
      onOutput: (stream, chunk) => {
        if (stream !== 'stdout' || size > RECORD_LIMIT_BYTES) return;
        chunks.push(chunk);
        size += chunk.length;
      },
    },
  );
  if (end.code === 3) return null;
  if (end.code !== 0) return 'unreadable';
  return parseRecord(new TextDecoder().decode(joined(chunks)));
}

/** The record in a text; what is none is unreadable (RN-11). */
export function parseRecord(text: string): RunRecord | 'unreadable' {
  try {
    const parsed = runRecord.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : 'unreadable';
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
