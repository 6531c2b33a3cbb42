import type { ControlClient, OpenProcess } from '@slipway/embed';
import { type Clock, pageClock } from '../clock/clock.ts';
import { MOST_MATCHES, searchAnswer, type SearchAnswer, type SearchRequest } from './search-messages.ts';

/** `open` alone: a search is one program, which stays for the next. */
export type SearchPrograms = Pick<ControlClient, 'open'>;

type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;
/** What it is asked for; the id is the searcher's own. */
export type SearchWork = WithoutId<Exclude<SearchRequest, { type: 'cancel' }>>;
/** How the work ended; `undefined` where other work took its place. */
export type SearchEnd = Extract<SearchAnswer, { type: 'done' }> | undefined;

/** Searches and replaces in the container, one thing at a time. */
export interface Searcher {
  /** What comes before the end is told to `onAnswer`. Rejects with what a person may read. */
  ask(work: SearchWork, onAnswer: (answer: SearchAnswer) => void): Promise<SearchEnd>;
  /** The program goes on to live, so that the next search need not start it; what it still says is dropped. */
  cancel(): void;
  /** For good, with the panel: a later search would start another one. */
  stop(): void;
}

/** Booting a process takes a part of a second; other programs want the cores too. */
const START_LIMIT_MS = 60_000;
/** The program gives a sign of life after every file: for longer than this, no pattern may try its luck in one. */
export const QUIET_LIMIT_MS = 5_000;
/** Nobody searches any more: its memory is for others. */
const IDLE_MS = 120_000;
/** A longer line is none of the program's. */
const MOST_LINE_CHARACTERS = 64 * 1024 * 1024;

const TOO_LONG =
  'The pattern takes too long: it tries too many ways to match. Make it simpler, such as without a repeat in a repeat';

/**
 * `started`: the program has said something of it, so that silence from then on is the pattern's fault and
 * not the start's.
 */
interface Job {
  readonly id: number;
  readonly onAnswer: (answer: SearchAnswer) => void;
  readonly settle: (end: SearchEnd) => void;
  readonly fail: (error: Error) => void;
  started: boolean;
}

/** `loadProgram` gives the program's text: it is not loaded before somebody searches. */
export function makeSearcher(
  programs: SearchPrograms,
  root: string,
  loadProgram: () => Promise<string>,
  clock: Clock = pageClock,
): Searcher {
  let line: Promise<ProgramLine> | undefined;
  let job: Job | undefined;
  let lastId = 0;
  let cancelTimer: () => void = () => undefined;

  const watch = (ms: number, onLate: () => void): void => {
    cancelTimer();
    cancelTimer = clock.after(ms, onLate);
  };
  /** The program is gone, or is ended here; the next work gets a new one. */
  const drop = (why: Error | undefined): void => {
    cancelTimer();
    void line?.then(
      (open) => open.end(),
      () => undefined,
    );
    line = undefined;
    const failed = job;
    job = undefined;
    if (why === undefined) failed?.settle(undefined);
    else failed?.fail(why);
  };
  const watchQuiet = (): void =>
    watch(job?.started === true ? QUIET_LIMIT_MS : START_LIMIT_MS, () =>
      drop(new Error(job?.started === true ? TOO_LONG : 'The search program does not start')),
    );
  const hear = (answer: SearchAnswer): void => {
    if (job === undefined || answer.id !== job.id) return;
    job.started = true;
    watchQuiet();
    if (answer.type !== 'done' && answer.type !== 'failed') return job.onAnswer(answer);
    const ended = job;
    job = undefined;
    watch(IDLE_MS, () => drop(undefined));
    if (answer.type === 'done') ended.settle(answer);
    else ended.fail(new Error(answer.message));
  };
  /** The program is given as `-e`, so nothing is written into the project's folder. */
  const start = async (): Promise<ProgramLine> => {
    const program = await programs.open({
      command: 'node',
      args: ['-e', await loadProgram(), root, String(MOST_MATCHES)],
    });
    const open = makeProgramLine(program);
    const mine = line;
    open.listen(hear).then(
      (words) => line === mine && drop(new Error(`The search program ended: ${words}`)),
      (error: unknown) => line === mine && drop(error instanceof Error ? error : new Error(String(error))),
    );
    return open;
  };
  /** A line that broke while something was written to it is dropped once, by whoever notices first. */
  const send = async (request: SearchRequest): Promise<void> => {
    line ??= Promise.resolve().then(start);
    const mine = line;
    try {
      await (await mine).write(request);
    } catch (error) {
      if (line === mine) drop(error instanceof Error ? error : new Error(String(error)));
    }
  };
  /** Settles with undefined, which is no error: somebody typed on. */
  const giveUp = (): void => {
    const before = job;
    job = undefined;
    before?.settle(undefined);
  };

  return {
    ask(work, onAnswer) {
      giveUp();
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<SearchEnd>();
      job = { id, onAnswer, settle: resolve, fail: reject, started: false };
      watchQuiet();
      void send({ ...work, id });
      return promise;
    },
    cancel() {
      if (job === undefined) return;
      const { id } = job;
      giveUp();
      // One that is busy with a single file does not hear of it.
      watch(QUIET_LIMIT_MS, () => drop(undefined));
      void send({ type: 'cancel', id });
    },
    stop: () => drop(undefined),
  };
}

interface ProgramLine {
  write(request: SearchRequest): Promise<void>;
  /** Resolves with the program's last words when its output has ended. Throws what makes no sense. */
  listen(hear: (answer: SearchAnswer) => void): Promise<string>;
  end(): void;
}

/** Requests and answers are JSON, one a line. */
function makeProgramLine(program: OpenProcess): ProgramLine {
  const input = program.stdin.getWriter();
  const encoder = new TextEncoder();
  const words = readAll(program.stderr);
  return {
    write: (request) => input.write(encoder.encode(`${JSON.stringify(request)}\n`)),
    end: () => void program.kill('SIGKILL').catch((error: unknown) => console.debug('It had ended:', error)),
    async listen(hear) {
      const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return (await words) || 'without a word';
        const lines = (rest + value).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > MOST_LINE_CHARACTERS) throw new Error('The search program makes no sense');
        for (const each of lines) hear(searchAnswer.parse(JSON.parse(each)));
      }
    },
  };
}

/** The last line of it; 4 KiB are kept. */
async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = '';
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text.trim().split('\n').at(-1) ?? '';
    text = (text + value).slice(-4096);
  }
}
