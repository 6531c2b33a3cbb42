import type {
  AgentErrorCode,
  AgentEvent,
  NumberedEvent,
  Question,
  RunHead,
  RunResult,
  SessionStatus,
  TranscriptPageResponse,
} from '@slipway/agent';

/**
 * How a call stands.
 *
 *   writing ──all of it said──▶ running ──result──▶ done, or failed
 *                                 │ ▲
 *                     a question  ▼ │ allowed
 *                               waiting ──denied──▶ refused
 *
 * What has no result when its turn is cut short is `interrupted`.
 */
export type CallState = 'writing' | 'running' | 'waiting' | 'done' | 'failed' | 'refused' | 'interrupted';

/** One thing that a transcript shows; its `id` is unique in it and stays. */
export type TranscriptItem =
  | { readonly kind: 'person'; readonly id: string; readonly runId: string; readonly seq: number; text: string }
  | { readonly kind: 'text' | 'thought'; readonly id: string; readonly runId: string; text: string; open: boolean }
  | TranscriptCall
  /** A run that did not finish by itself. */
  | { readonly kind: 'end'; readonly id: string; readonly runId: string; readonly result: RunResult }
  | {
      readonly kind: 'error';
      readonly id: string;
      readonly runId: string;
      readonly code: AgentErrorCode;
      readonly message: string;
    }
  | { readonly kind: 'changes'; readonly id: string; readonly runId: string }
  | { readonly kind: 'summary' | 'rewound'; readonly id: string; readonly text: string };

/** In the order of the log; `result` comes with a later event than the call itself. */
export interface TranscriptCall {
  readonly kind: 'call';
  readonly id: string;
  readonly runId: string;
  readonly name: string;
  /** JSON, as far as it was said. */
  args: string;
  state: CallState;
  result: string | undefined;
}

/** Built from the session's events alone, so a reload shows the same. */
export interface TranscriptRun {
  readonly runId: string;
  /** In the session's log: by it a person's text in the transcript finds its run. */
  readonly seq: number;
  readonly input: string;
  /** It has told at least one whole turn. */
  hasTurns: boolean;
  isOver: boolean;
  /** Paths as the tools named them, each once. Complete only while `hasCommands` is false. */
  changed: string[];
  /** It ran commands, which may have changed any. */
  hasCommands: boolean;
  /** Snapshots of the files before its first change, and after its last. */
  before: string | undefined;
  after: string | undefined;
}

/** Made of events alone, so that a reload gives the same. */
export interface Transcript {
  /** Number of the first event that is in it; what is in front of it is asked for when somebody wants to see it. */
  from: number;
  /** There is nothing in front of it. */
  first: boolean;
  /** So many items came in front of those that it had at first. */
  added: number;
  /** Number of the last event that is in it. */
  seq: number;
  items: TranscriptItem[];
  /** In order, without those that were taken back. */
  runs: TranscriptRun[];
  status: SessionStatus;
  question: Question | undefined;
  inputTokens: number;
  outputTokens: number;
  /** Where the items of the last turn begin, while it is not told whole. */
  untold: number | undefined;
  /** What is to be read aloud now. */
  said: string;
}

/** Where a page begins, too, before the log is read. */
export const emptyTranscript = (): Transcript => ({
  from: 1,
  first: true,
  added: 0,
  seq: 0,
  items: [],
  runs: [],
  status: 'Idle',
  question: undefined,
  inputTokens: 0,
  outputTokens: 0,
  untold: undefined,
  said: '',
});

const runFrom = ({ before, after, ...head }: RunHead): TranscriptRun => ({
  ...head,
  ...{ isOver: false, before: before ?? undefined, after: after ?? undefined },
});

/** A page of the log. A turn that is not told whole by its end is left to who follows: the pieces of it are there. */
export function readTranscript(page: Omit<TranscriptPageResponse, 'waiting' | 'status'>): Transcript {
  const { events, run, from, first, inputTokens, outputTokens } = page;
  const lastStart = events.findLastIndex(({ event }) => event.type === 'TurnStart');
  const isTold = events.slice(lastStart + 1).some(({ event }) => event.type === 'TurnEnd' || event.type === 'RunEnd');
  const transcript: Transcript = {
    ...emptyTranscript(),
    ...{ from, first, inputTokens, outputTokens, seq: from - 1 },
    ...(run === null ? {} : { runs: [runFrom(run)], status: 'Running' }),
  };
  for (const event of isTold || lastStart < 0 ? events : events.slice(0, lastStart)) applyEvent(transcript, event);
  return { ...transcript, said: '' };
}

/** Puts what is in front of a transcript there; both of one session, without a gap between them. Changes the second. */
export function addEarlier(earlier: Transcript, transcript: Transcript): void {
  if (earlier.from >= transcript.from) return;
  // What goes on from there is known better by who has its end.
  const known = new Set(transcript.runs.map(({ runId }) => runId));
  transcript.runs.unshift(...earlier.runs.filter(({ runId }) => !known.has(runId)));
  transcript.items.unshift(...earlier.items);
  if (transcript.untold !== undefined) transcript.untold += earlier.items.length;
  transcript.from = earlier.from;
  transcript.first = earlier.first;
  transcript.added += earlier.items.length;
}

/** A screen reader says the beginning of an answer; a whole one would speak for minutes. */
const SAID_CHARS = 300;

/** Puts one event into a transcript, which it changes; those that are in it already change nothing. */
export function applyEvent(transcript: Transcript, { seq, event }: NumberedEvent): void {
  if (seq <= transcript.seq) return;
  transcript.seq = seq;
  switch (event.type) {
    case 'RunStart':
      transcript.runs.push({
        ...{ runId: event.runId, seq, input: event.input },
        ...{ hasTurns: false, isOver: false, changed: [], hasCommands: false, before: undefined, after: undefined },
      });
      transcript.status = 'Running';
      transcript.said = 'The agent is at work';
      return void transcript.items.push(person(seq, event.runId, event.input));
    case 'Message':
      return void transcript.items.push(person(seq, event.runId, event.text));
    case 'TextDelta':
      return addText(transcript, 'text', { seq, runId: event.runId, text: event.text });
    case 'ReasoningDelta':
      return addText(transcript, 'thought', { seq, runId: event.runId, text: event.text });
    case 'TextDone':
      transcript.said = event.text.slice(0, SAID_CHARS);
      return endText(transcript, 'text', { seq, runId: event.runId, text: event.text });
    case 'ReasoningDone':
      return endText(transcript, 'thought', { seq, runId: event.runId, text: event.text });
    case 'Checkpoint':
      return keep(transcript, event);
    case 'Summary':
      return void transcript.items.push({ kind: 'summary', id: `s${seq}`, text: event.text });
    case 'Rewound':
      return rewind(transcript, seq, event.from);
    case 'RunEnd':
    case 'Error':
      return endRun(transcript, seq, event);
    default:
      applyToTurn(transcript, seq, event);
  }
}

const person = (seq: number, runId: string, text: string): TranscriptItem => ({
  ...{ kind: 'person', id: `p${seq}`, runId, seq, text },
});

/** What is said of a turn: its calls, questions about them, and what it took. */
function applyToTurn(transcript: Transcript, seq: number, event: AgentEvent): void {
  switch (event.type) {
    case 'ToolCallStart':
      closeTexts(transcript);
      return void transcript.items.push(call(event.runId, event.id, event.name));
    case 'ToolCallArgsDelta':
      return onCall(transcript, event.id, (one) => (one.args += event.json));
    case 'ToolCallDone':
      if (find(transcript, event.id) === undefined) transcript.items.push(call(event.runId, event.id, event.name));
      return onCall(transcript, event.id, (one) => {
        one.args = event.arguments;
        one.state = 'running';
      });
    case 'ToolResult':
      return onCall(transcript, event.id, (one) => {
        if (one.state !== 'refused') hasRun(transcript, one);
        one.result = event.text;
        if (one.state !== 'refused') one.state = event.ok ? 'done' : 'failed';
        if (!event.ok) transcript.said = `${one.name} failed`;
      });
    case 'Question':
      transcript.status = 'Paused';
      transcript.question = event.question;
      transcript.said = `The agent asks whether ${event.question.tool} may be done: ${event.question.why}`;
      return onCall(transcript, event.question.callId, (one) => (one.state = 'waiting'));
    case 'Answered':
      transcript.status = 'Running';
      transcript.question = undefined;
      return onCall(transcript, event.callId, (one) => (one.state = event.answer.allow ? 'running' : 'refused'));
    case 'Usage': {
      transcript.inputTokens += event.input_tokens;
      transcript.outputTokens += event.output_tokens;
      const run = runOf(transcript, event.runId);
      if (run) run.hasTurns = true;
      transcript.untold = undefined;
      return;
    }
    case 'TurnEnd':
      closeTexts(transcript);
      runOf(transcript, event.runId)?.changed.push(...(event.changed ?? []));
      // The half of an answer that broke off: it is told anew, from its beginning.
      if (event.result === 'Interrupted' && transcript.untold !== undefined) transcript.items.splice(transcript.untold);
      else if (event.result !== 'Continue' && event.result !== 'Final') interrupt(transcript, event.runId);
      transcript.untold = undefined;
      return;
    case 'TurnStart':
      closeTexts(transcript);
      transcript.untold = transcript.items.length;
      return;
    default:
  }
}

const call = (runId: string, id: string, name: string): TranscriptCall => ({
  ...{ kind: 'call', id, runId, name, args: '', state: 'writing', result: undefined },
});

const runOf = (transcript: Transcript, runId: string): TranscriptRun | undefined =>
  transcript.runs.findLast((run) => run.runId === runId);
const find = (transcript: Transcript, id: string): TranscriptCall | undefined =>
  transcript.items.findLast((item): item is TranscriptCall => item.kind === 'call' && item.id === id);

/** A call that is not there was of a turn that broke off, and is passed over. */
function onCall(transcript: Transcript, id: string, change: (one: TranscriptCall) => void): void {
  const found = find(transcript, id);
  if (found) change(found);
}

/** A command may have changed any file. */
function hasRun(transcript: Transcript, { name, runId }: TranscriptCall): void {
  const run = runOf(transcript, runId);
  if (name === 'Run' && run !== undefined) run.hasCommands = true;
}

interface Piece {
  readonly seq: number;
  readonly runId: string;
  readonly text: string;
}

function addText(transcript: Transcript, kind: 'text' | 'thought', { seq, runId, text }: Piece): void {
  const last = transcript.items.at(-1);
  if (last?.kind === kind && last.open) last.text += text;
  else {
    closeTexts(transcript);
    transcript.items.push({ kind, id: `t${seq}`, runId, text, open: true });
  }
}

function endText(transcript: Transcript, kind: 'text' | 'thought', { seq, runId, text }: Piece): void {
  // What it thought is told whole when it has begun to speak.
  const found = transcript.items.findLast((item) => item.kind === kind && item.open && item.runId === runId);
  if (found?.kind === kind) {
    found.text = text;
    found.open = false;
  } else transcript.items.push({ kind, id: `t${seq}`, runId, text, open: false });
}

function closeTexts({ items }: Transcript): void {
  for (const item of items.slice(-4)) if (item.kind === 'text' && item.open) item.open = false;
}

/** What nobody will ever say more of. */
function interrupt(transcript: Transcript, runId: string): void {
  const { items } = transcript;
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]!;
    if (item.kind === 'person' && item.runId === runId) return;
    if (item.kind === 'call' && ['writing', 'running', 'waiting'].includes(item.state)) {
      if (item.state === 'running') hasRun(transcript, item);
      item.state = 'interrupted';
    }
    if (item.kind === 'thought' || item.kind === 'text') item.open = false;
  }
}

function keep(transcript: Transcript, event: Extract<AgentEvent, { type: 'Checkpoint' }>): void {
  const run = runOf(transcript, event.runId);
  if (run === undefined || event.snapshotId === undefined) return;
  if (event.before === true) run.before ??= event.snapshotId;
  else run.after = event.snapshotId;
}

/** What was still open ends with it: texts, calls, a question. `said` is what a screen reader hears. */
function endRun(transcript: Transcript, seq: number, event: Extract<AgentEvent, { type: 'RunEnd' | 'Error' }>): void {
  const { runId } = event;
  interrupt(transcript, runId);
  closeTexts(transcript);
  transcript.status = 'Idle';
  transcript.question = undefined;
  const run = runOf(transcript, runId);
  if (run !== undefined) run.isOver = true;
  if (run?.before !== undefined && run.after !== undefined)
    transcript.items.push({ kind: 'changes', id: `c${seq}`, runId });
  if (event.type === 'Error') {
    transcript.items.push({ kind: 'error', id: `e${seq}`, runId, code: event.code, message: event.message });
    transcript.said = event.message.slice(0, SAID_CHARS);
    return;
  }
  if (event.result !== 'Finished') transcript.items.push({ kind: 'end', id: `e${seq}`, runId, result: event.result });
  transcript.said = END_TEXTS[event.result];
}

/** For people, by the result that the session's events carry. */
export const END_TEXTS: Readonly<Record<RunResult, string>> = {
  Finished: 'The agent is done',
  Paused: 'The agent waits',
  LimitReached: 'The run reached a bound of this session, and stopped there',
  Cancelled: 'You stopped the run',
};

/** What was taken back is not shown any more; that it was is. */
function rewind(transcript: Transcript, seq: number, from: number): void {
  const gone = new Set(transcript.runs.filter((run) => run.seq >= from).map(({ runId }) => runId));
  const kept = transcript.items.filter((item) => !('runId' in item) || !gone.has(item.runId));
  transcript.runs = transcript.runs.filter((run) => !gone.has(run.runId));
  // What was taken back before this page was made is not in it.
  const count =
    gone.size === 0 ? 'What was said here was' : gone.size === 1 ? 'One message was' : `${gone.size} messages were`;
  const text = `${count} taken back`;
  transcript.items = [
    ...kept.filter(({ kind }) => kind !== 'rewound'),
    { kind: 'rewound', id: `r${seq}`, text: `${text}, with what the agent made of it` },
  ];
  transcript.said = text;
}

/** What people have said in the session, the newest last, without repetitions. */
export function inputsOf({ items, runs, from }: Pick<Transcript, 'items' | 'runs' | 'from'>): string[] {
  const said = [
    // Of the run that began before what is read of the log; what was said before that comes with it.
    ...runs.filter(({ seq }) => seq < from).map(({ input }) => input),
    ...items.flatMap((item) => (item.kind === 'person' ? [item.text] : [])),
  ];
  return said.filter((text, at) => text !== said[at + 1]);
}
