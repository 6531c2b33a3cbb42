import { randomUUID } from 'node:crypto';
import {
  type AgentErrorCode,
  type AgentEvent,
  allowAlways,
  needsPerformer,
  nextSession,
  type SessionChange,
  type SessionMethod,
  type SessionState,
  statusOf,
} from '@slipway/agent';
import {
  type AgentCommandRow,
  type AgentLease,
  type AgentSessionChanger,
  type AgentSessionRow,
  type AgentSessionWrite,
  changeAgentSession,
  type Db,
  findRunStart,
  isAgentMessageWaiting,
} from '@slipway/db';
import { toRow } from './session-log.ts';
import { manifestOf } from './session-view.ts';

/** The most that a log may grow; a new session begins with an empty one. */
export const EVENTS_LIMIT = 200_000;
/** Messages that may wait for a run to take them up. */
export const WAITING_LIMIT = 20;

/** `queued` and `same` are no failures: nothing more is to be done by who asked. */
export type ChangeResult =
  | { readonly outcome: 'moved'; readonly state: SessionState; readonly runId: string | null }
  /** Stored as a message: the run takes it up before its next turn. */
  | { readonly outcome: 'queued' }
  | { readonly outcome: 'same'; readonly state: SessionState }
  | { readonly outcome: 'refused'; readonly code: AgentErrorCode; readonly message: string }
  /** No more events, or no more messages, fit. */
  | { readonly outcome: 'full'; readonly message: string };

/** `missing`: no such session of the caller's. `lost-lease`: a performer that is none any more. */
type Changed = ChangeResult | { readonly outcome: 'missing' | 'lost-lease' };

/** What a client asks, put through the session's door. `GetHistory` is no change, and is answered by a read. */
export async function sendMethod(
  db: Db,
  session: { ownerId: string; projectId: string; sessionId: string },
  method: Exclude<SessionMethod, { type: 'GetHistory' }>,
): Promise<Changed | { readonly outcome: 'no-run' }> {
  const runId = randomUUID();
  switch (method.type) {
    case 'Run':
      return await change(db, session, { type: 'run', runId }, { input: method.input });
    case 'Resume':
      return await change(db, session, { type: 'resume', answer: method.answer ?? { allow: true } });
    case 'Cancel':
      return await change(db, session, { type: 'cancel' });
    case 'Queue':
      return await change(db, session, { type: 'run', runId }, { input: method.input, orQueue: true });
    case 'Rewind': {
      // The log only grows: where a run began stays true.
      const from = await findRunStart(db, session.ownerId, session.sessionId, method.runId);
      if (from === undefined) return { outcome: 'no-run' };
      const events: AgentEvent[] = [{ type: 'Rewound', runId: method.runId, from }];
      return await change(db, session, { type: 'rewind' }, { events });
    }
  }
}

/** Only `run` has an `input`, and only a message that may wait has `orQueue`. */
interface ChangeMore {
  /** What the person asks for, of `run` alone; where it has to wait it becomes the message. */
  readonly input?: string;
  /** Stored with the change, or not at all. */
  readonly events?: readonly AgentEvent[];
  /** What cannot begin a run is said into the one that goes on. */
  readonly orQueue?: boolean;
}

/** With `orQueue`, what has no place now is stored and waits. */
export async function change(
  db: Db,
  changer: AgentSessionChanger,
  made: SessionChange,
  { input, events = [], orQueue = false }: ChangeMore = {},
): Promise<Changed> {
  const decided = await changeAgentSession<ChangeResult>(db, changer, (session, waiting) => {
    const state = JSON.parse(session.state) as SessionState;
    if (made.type === 'run' && session.lastSeq >= EVENTS_LIMIT)
      return { result: { outcome: 'full', message: 'The session is full: begin a new one' } };
    const step = nextSession(state, made);
    if (step.outcome === 'refused' && orQueue) return queue(session, waiting, input ?? '');
    if (step.outcome !== 'moved') return { result: step.outcome === 'same' ? { outcome: 'same', state } : step };
    const told = tell(state, step.state, { made, input, waiting });
    const runId = 'runId' in told.state ? told.state.runId : null;
    return {
      result: { outcome: 'moved', state: told.state, runId: made.type === 'run' ? made.runId : runId },
      write: {
        state: JSON.stringify(told.state),
        ...allowed(session, state, made),
        status: statusOf(told.state),
        work: needsPerformer(told.state) ? 'wanted' : 'none',
        events: [...events, ...told.events].map(toRow),
        ...(told.queued === undefined ? {} : { queued: told.queued }),
        taken: told.taken,
      },
    };
  });
  return decided.outcome === 'decided' ? decided.result : decided;
}

/** What a person allows for good goes into the session's manifest, with the answer. */
function allowed(
  session: AgentSessionRow,
  state: SessionState,
  made: SessionChange,
): Pick<AgentSessionWrite, 'manifest'> {
  if (made.type !== 'resume' || state.name !== 'Paused' || !made.answer.allow || made.answer.always !== true) return {};
  return { manifest: JSON.stringify(allowAlways(manifestOf(session), state.question)) };
}

/**
 * What is written with a step: its events, what begins to wait, and the numbers of waiting messages that are
 * taken up.
 */
interface Told {
  readonly state: SessionState;
  readonly events: readonly AgentEvent[];
  readonly queued?: NonNullable<AgentSessionWrite['queued']>;
  readonly taken: readonly number[];
}

/** What the log says of a step, and what waits or is taken up with it. */
function tell(
  before: SessionState,
  state: SessionState,
  {
    made,
    input = '',
    waiting,
  }: { made: SessionChange; input: string | undefined; waiting: readonly AgentCommandRow[] },
): Told {
  const nothing: Told = { state, events: [], taken: [] };
  switch (made.type) {
    case 'run':
      return state.name === 'Settling'
        ? { ...nothing, queued: { kind: 'run', runId: made.runId, text: input } }
        : { ...nothing, events: [{ type: 'RunStart', runId: made.runId, input }] };
    case 'resume':
      if (before.name !== 'Paused') return nothing;
      return {
        ...nothing,
        events: [{ type: 'Answered', runId: before.runId, callId: before.question.callId, answer: made.answer }],
      };
    case 'cancel':
      if (before.name === 'Paused')
        return {
          state,
          events: [{ type: 'RunEnd', runId: before.runId, result: 'Cancelled' }],
          taken: waiting.map(({ seq }) => seq),
        };
      // Whoever stops a run does not want what was to come behind it.
      return { ...nothing, taken: waiting.map(({ seq }) => seq) };
    case 'settled':
      return settle(state, waiting);
    case 'paused':
      return { ...nothing, events: [{ type: 'Question', runId: made.runId, question: made.question }] };
    case 'ended':
      return { ...nothing, events: [{ type: 'RunEnd', runId: made.runId, result: made.result }] };
    case 'failed':
    case 'rewind':
      return nothing;
  }
}

/** All of a run is stored: what waited begins. A message that came too late for its run begins one of its own. */
function settle(state: SessionState, waiting: readonly AgentCommandRow[]): Told {
  const [first] = state.name === 'Idle' ? waiting : waiting.filter(({ kind }) => kind === 'run');
  if (first === undefined) return { state, events: [], taken: [] };
  return {
    state: { name: 'Running', runId: first.runId, cancelling: false },
    events: [{ type: 'RunStart', runId: first.runId, input: first.text }],
    taken: [first.seq],
  };
}

/** Keeps a message for the run that goes on, or waits for an answer. */
function queue(
  { state, status, lastSeq }: AgentSessionRow,
  waiting: readonly AgentCommandRow[],
  text: string,
): { result: ChangeResult; write?: AgentSessionWrite } {
  if (waiting.length >= WAITING_LIMIT || lastSeq >= EVENTS_LIMIT)
    return { result: { outcome: 'full', message: 'Too many messages wait: let the run take them up first' } };
  return {
    result: { outcome: 'queued' },
    write: {
      state,
      status,
      work: needsPerformer(JSON.parse(state) as SessionState) ? 'wanted' : 'none',
      events: [],
      queued: { kind: 'message', runId: randomUUID(), text },
    },
  };
}

/** Takes up what people said meanwhile, as messages of the run. */
export async function takeMessages(
  db: Db,
  lease: AgentLease,
  runId: string,
): Promise<readonly AgentEvent[] | 'lost-lease'> {
  if (!(await isAgentMessageWaiting(db, lease.sessionId))) return [];
  const decided = await changeAgentSession<readonly AgentEvent[]>(db, { lease }, ({ state, status }, waiting) => {
    const messages = waiting.filter(({ kind }) => kind === 'message');
    if (messages.length === 0) return { result: [] };
    const events = messages.map(({ text }): AgentEvent => ({ type: 'Message', runId, text }));
    return {
      result: events,
      write: { state, status, work: 'wanted', events: events.map(toRow), taken: messages.map(({ seq }) => seq) },
    };
  });
  return decided.outcome === 'decided' ? decided.result : 'lost-lease';
}
