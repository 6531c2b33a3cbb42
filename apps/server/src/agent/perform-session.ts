import {
  type AgentErrorCode,
  type AgentEvent,
  buildConversation,
  costOf,
  type Manifest,
  needsCompaction,
  type ProjectNote,
  type PromptMessage,
  reachedBound,
  ReadTracker,
  repeatsOf,
  REPEATS,
  runProgress,
  type RunProgress,
  type SessionState,
  systemPrompt,
  toolsOf,
} from '@slipway/agent';
import type { BlobStore } from '@slipway/blobs';
import { type AgentEventRow, type ClaimedSession, type Db, getProject, readAgentHistory } from '@slipway/db';
import type { Logger } from 'pino';
import { change, takeMessages } from './change-session.ts';
import { FilesKeeper } from './keep-files.ts';
import type { McpServers, OutsideTools } from './mcp-servers.ts';
import { type CallContext, type CallNeeds, performCall } from './perform-call.ts';
import type { AgentModels, OpenedModel } from './providers.ts';
import { readNotes } from './read-notes.ts';
import { LeaseLost, SessionLog } from './session-log.ts';
import { interrupted, streamTurn } from './stream-turn.ts';
import { sumUp } from './sum-up.ts';

/** Besides what each call needs: models to ask, and where the project's notes are read. */
export type PerformerNeeds = CallNeeds & {
  readonly models: AgentModels;
  readonly mcp: McpServers;
  readonly log: Logger;
  /** The project's notes are read from its newest snapshot, so that it need not be open in a tab. */
  readonly blobs: BlobStore;
};

/** The reason of the performer's `AbortSignal`; only a cancelled run is closed in the log. */
export type StopReason =
  /** Comes with a renewal of the lease, since the person may have said so to another server. */
  | 'cancelled'
  /** Somebody else has the session, or this process ends: nothing more is done. */
  | 'lost';

/** A model that breaks off its answer is asked again so often in a row. */
const BROKEN_TURNS = 2;

/** `calls`: the model has named some that have no result yet. `pause`: nothing goes on before a person has answered. */
type RunStep =
  | { readonly next: 'turn' }
  | { readonly next: 'calls' }
  | { readonly next: 'pause'; readonly question: Extract<AgentEvent, { type: 'Question' }>['question'] }
  | { readonly next: 'end'; readonly result: 'Finished' | 'LimitReached' | 'Cancelled' }
  | { readonly next: 'fail'; readonly code: AgentErrorCode; readonly message: string };

/**
 * Performs a session until it has no work any more, waits for a person, or is lost (AG-01, AG-08). What it knows is in
 * the log: whoever takes over goes on from there. Rejects with what is nobody's fault but this program's or the
 * database's; the lease then lapses, and another tries.
 */
export async function performSession(
  needs: PerformerNeeds,
  { session, lease }: ClaimedSession,
  stop: AbortSignal,
): Promise<void> {
  let state = JSON.parse(session.state) as SessionState;
  const isCancelled = (): boolean => stop.aborted && stop.reason === 'cancelled';
  try {
    while (state.name === 'Running' || state.name === 'Settling') {
      if (stop.aborted && !isCancelled()) return;
      if (state.name === 'Settling') {
        const settled = await settleRun(needs, { session, lease }, state, stop);
        if (settled === undefined) return;
        state = settled;
        continue;
      }
      const performer = await RunPerformer.open(needs, { session, lease }, state, stop);
      const next = await performer.perform();
      if (next === undefined) return;
      state = next;
      // The reason to stop was of the run that has ended: what comes behind it is another's.
      if (stop.aborted && state.name !== 'Settling') return;
    }
  } catch (error) {
    if (error instanceof LeaseLost || stop.aborted) return;
    throw error;
  }
}

/** After RunEnd (AG-08): compaction, only if nothing is to run; then the status. */
async function settleRun(
  needs: PerformerNeeds,
  { session, lease }: ClaimedSession,
  state: Extract<SessionState, { name: 'Settling' }>,
  stop: AbortSignal,
): Promise<SessionState | undefined> {
  if (state.queued === null && !stop.aborted) {
    const log = new SessionLog(needs.db, lease, await readHistory(needs.db, session));
    const manifest = JSON.parse(session.manifest) as Manifest;
    try {
      const opened = await needs.models.open(session.ownerId, manifest.provider, manifest.model);
      const messages = buildConversation(log.events);
      if (opened && needsCompaction(messages, opened.settings.window, 'after'))
        await sumUp(log, { runId: state.runId, opened, messages, signal: stop });
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      needs.log.warn(
        { err: error, sessionId: session.id },
        'a session was not summed up; it is tried after the next run',
      );
    } finally {
      await log.close();
    }
  }
  const settled = await change(needs.db, { lease }, { type: 'settled', runId: state.runId });
  return settled.outcome === 'moved' ? settled.state : undefined;
}

/** The whole log, in order: all that a performer knows. */
async function readHistory(db: Db, { ownerId, id }: ClaimedSession['session']): Promise<AgentEvent[]> {
  return (await readAgentHistory(db, ownerId, id)).map(({ event }) => JSON.parse(event) as AgentEvent);
}

class RunPerformer {
  readonly #needs: PerformerNeeds;
  readonly #claimed: ClaimedSession;
  readonly #runId: string;
  readonly #stop: AbortSignal;
  readonly #manifest: Manifest;
  readonly #log: SessionLog;
  readonly #tracker = new ReadTracker();
  /** Milliseconds that the run took before this performer, without the time in which it waited for people. */
  readonly #spentMs: number;
  readonly #beganAt = performance.now();
  readonly #cancelling: boolean;
  readonly #projectName: string;
  readonly #keeper: FilesKeeper;
  /** As they were when the run began, or was taken over. */
  readonly #notes: readonly ProjectNote[];
  /** Of MCP servers; asked for what they have with the first turn. */
  readonly #outside: OutsideTools;
  #broken = 0;

  private constructor(
    needs: PerformerNeeds,
    claimed: ClaimedSession,
    state: Extract<SessionState, { name: 'Running' }>,
    opened: { stop: AbortSignal; log: SessionLog; spentMs: number; projectName: string; notes: ProjectNote[] },
  ) {
    this.#needs = needs;
    this.#claimed = claimed;
    this.#runId = state.runId;
    this.#cancelling = state.cancelling;
    this.#stop = opened.stop;
    this.#log = opened.log;
    this.#spentMs = opened.spentMs;
    this.#projectName = opened.projectName;
    this.#notes = opened.notes;
    this.#manifest = JSON.parse(claimed.session.manifest) as Manifest;
    this.#outside = needs.mcp.open(this.#manifest.mcp ?? []);
    const { ownerId, projectId } = claimed.session;
    const place = { ownerId, projectId, lease: claimed.lease };
    this.#keeper = new FilesKeeper(needs, { place, runId: state.runId, log: opened.log });
  }

  /**
   * Reads log, project and notes once. What the run took so far is counted from the log, because performers
   * before this one may have been of other machines.
   */
  static async open(
    needs: PerformerNeeds,
    claimed: ClaimedSession,
    state: Extract<SessionState, { name: 'Running' }>,
    stop: AbortSignal,
  ): Promise<RunPerformer> {
    const { session, lease } = claimed;
    const rows = await readAgentHistory(needs.db, session.ownerId, session.id);
    const project = await getProject(needs.db, session.ownerId, session.projectId);
    const events = rows.map(({ event }) => JSON.parse(event) as AgentEvent);
    return new RunPerformer(needs, claimed, state, {
      stop,
      log: new SessionLog(needs.db, lease, events),
      spentMs: spentMs(rows, events, state.runId),
      projectName: project?.name ?? '',
      // Who gave no scope for files gave none for these either.
      notes: (JSON.parse(session.manifest) as Manifest).scope.length === 0 ? [] : await readNotes(needs, session),
    });
  }

  /** Until the run ends, pauses or is lost: the state behind that, or undefined where nothing is left to do. */
  async perform(): Promise<SessionState | undefined> {
    try {
      let step = await this.#takeUp();
      for (;;) {
        if (step.next !== 'turn' && step.next !== 'calls') return await this.#close(step);
        this.#throwIfLost();
        if (this.#isCancelled()) return await this.#close({ next: 'end', result: 'Cancelled' });
        step = step.next === 'turn' ? await this.#turn() : await this.#calls();
      }
    } catch (error) {
      this.#throwIfLost();
      if (error instanceof LeaseLost) throw error;
      if (this.#isCancelled()) return await this.#close({ next: 'end', result: 'Cancelled' });
      this.#needs.log.error({ err: error, sessionId: this.#claimed.session.id }, 'a run of the agent failed');
      return await this.#close({
        next: 'fail',
        code: 'Internal',
        message: 'The agent failed: see the log of the server',
      });
    } finally {
      await this.#log.close();
      await this.#outside.close();
    }
  }

  /** By the state that it was taken up with, or by news since. */
  #isCancelled(): boolean {
    return this.#cancelling || (this.#stop.aborted && this.#stop.reason === 'cancelled');
  }

  #throwIfLost(): void {
    if (this.#stop.aborted && this.#stop.reason !== 'cancelled') throw new LeaseLost();
  }

  /** Anew from the log each time: it is the only state, and it is in memory. */
  #progress(): RunProgress {
    return runProgress(this.#log.events, this.#runId);
  }

  /** An answer that an earlier performer left half told is written off as interrupted: the model is asked anew. */
  async #takeUp(): Promise<RunStep> {
    const { turn, told, closed } = this.#progress();
    if (closed) return { next: 'turn' };
    if (told) return { next: 'calls' };
    await this.#log.append(interrupted(this.#runId, turn, this.#isCancelled() ? 'Cancelled' : 'Interrupted'));
    return { next: 'turn' };
  }

  /**
   * Takes up messages, looks at the bounds, asks the model. A turn that breaks off is begun anew, so often as
   * `BROKEN_TURNS` says.
   */
  async #turn(): Promise<RunStep> {
    const messages = await takeMessages(this.#needs.db, this.#claimed.lease, this.#runId);
    if (messages === 'lost-lease') throw new LeaseLost();
    this.#log.events.push(...messages);
    const { provider, model, scope } = this.#manifest;
    const opened = await this.#needs.models.open(this.#claimed.session.ownerId, provider, model);
    if (opened === undefined)
      return failed(
        'ProviderError',
        `There is no model "${model}" of "${provider}" any more: choose another in a new session`,
      );
    const progress = this.#progress();
    if (reachedBound(this.#manifest.bounds, this.#use(progress, opened)) !== undefined)
      return { next: 'end', result: 'LimitReached' };
    const conversation = await this.#conversation(opened);
    const late = AbortSignal.timeout(this.#leftMs());
    const { tools: outside, problems } = await this.#outside.list(AbortSignal.any([this.#stop, late]));
    const turn = progress.turn + 1;
    // Stored while the model thinks: nothing hangs on it.
    this.#log.tell({ type: 'TurnStart', runId: this.#runId, turn });
    const told = await streamTurn(this.#log, {
      runId: this.#runId,
      turn,
      opened,
      system: systemPrompt({
        manifest: this.#manifest,
        projectName: this.#projectName,
        notes: this.#notes,
        outside,
        problems,
      }),
      messages: conversation,
      tools: toolsOf(scope),
      outside,
      signal: AbortSignal.any([this.#stop, late]),
    }).catch((error: unknown) => {
      if (this.#stop.aborted || error instanceof LeaseLost || !late.aborted) throw error;
      return { outcome: 'late' as const };
    });
    if (told.outcome === 'told') {
      this.#broken = 0;
      return { next: 'calls' };
    }
    await this.#log.append(interrupted(this.#runId, turn, told.outcome === 'refused' ? 'Failed' : 'Interrupted'));
    if (told.outcome === 'late') return { next: 'end', result: 'LimitReached' };
    if (told.outcome === 'refused' || ++this.#broken > BROKEN_TURNS) return failed('ProviderError', told.message);
    return { next: 'turn' };
  }

  /** What the model is told, summed up where it would not fit (design, 8). */
  async #conversation(opened: OpenedModel): Promise<PromptMessage[]> {
    const messages = buildConversation(this.#log.events);
    if (!needsCompaction(messages, opened.settings.window, 'between')) return messages;
    await sumUp(this.#log, { runId: this.#runId, opened, messages, signal: this.#stop });
    return buildConversation(this.#log.events);
  }

  /** Makes the calls of the turn that have no result yet, in order. */
  async #calls(): Promise<RunStep> {
    const { turn, open, calls, answers } = this.#progress();
    const before = calls.length - open.length;
    for (const [at, call] of open.entries()) {
      // Results are stored before the next call is made: whoever takes over makes no call twice that has one.
      await this.#log.flush();
      if (this.#isCancelled()) return { next: 'end', result: 'Cancelled' };
      const repeats = repeatsOf(calls.slice(0, before + at + 1));
      if (repeats >= REPEATS.ended) {
        this.#result(call.id, { ok: false, text: `The same call was made ${repeats} times: the run ends here` });
        return { next: 'end', result: 'LimitReached' };
      }
      const made = await performCall(
        this.#needs,
        call,
        this.#context(turn, { id: call.id, answer: answers.get(call.id) }),
      );
      if (made.outcome === 'ask') return { next: 'pause', question: made.question };
      if (made.outcome === 'no-holder')
        return failed(
          'ToolError',
          'The project is open in no tab, so no file can be read or changed: open it and run again',
        );
      const told =
        repeats >= REPEATS.told
          ? `${made.text}\n[This is the same call for the ${repeats}rd time: do something else]`
          : made.text;
      this.#result(call.id, { ok: made.ok, text: told.slice(0, 32 * 1024) });
    }
    return await this.#endTurn();
  }

  /** `question` and `answer` are those of this call, where a person was asked about it before. */
  #context(turn: number, call: { id: string; answer: CallContext['answer'] } | undefined): CallContext {
    const { session, lease } = this.#claimed;
    return {
      place: { ownerId: session.ownerId, projectId: session.projectId, lease },
      runId: this.#runId,
      turn,
      manifest: this.#manifest,
      tracker: this.#tracker,
      outside: this.#outside,
      answer: call?.answer,
      question: this.#log.events.findLast(isQuestionOf(call?.id))?.question,
      signal: this.#stop,
      beforeChange: () => this.#keeper.keepBefore(this.#stop),
    };
  }

  /** Stored with what comes behind it: the next call, or the end of the turn. */
  #result(id: string, { ok, text }: { ok: boolean; text: string }): void {
    this.#log.tell({ type: 'ToolResult', runId: this.#runId, id, ok, text });
  }

  /** A turn without calls was the last one, unless somebody said something meanwhile. */
  async #endTurn(): Promise<RunStep> {
    const { turn } = this.#progress();
    const hadCalls = this.#log.events.some(
      (event, at, all) =>
        event.type === 'ToolCallDone' &&
        event.runId === this.#runId &&
        at > all.findLastIndex(isStartOf(this.#runId, turn)),
    );
    await this.#log.append({
      type: 'TurnEnd',
      runId: this.#runId,
      turn,
      result: hadCalls ? 'Continue' : 'Final',
      ...this.#newlyChanged(),
    });
    if (this.#keeper.hasUnkept()) await this.#keeper.keepAfter(turn, this.#stop);
    if (hadCalls) return { next: 'turn' };
    const messages = await takeMessages(this.#needs.db, this.#claimed.lease, this.#runId);
    if (messages === 'lost-lease') throw new LeaseLost();
    this.#log.events.push(...messages);
    return messages.length > 0 ? { next: 'turn' } : { next: 'end', result: 'Finished' };
  }

  /** Files that a turn was said to have changed. */
  readonly #told = new Set<string>();

  #newlyChanged(): { changed?: string[] } {
    const changed = this.#tracker.touched().filter((path) => !this.#told.has(path));
    for (const path of changed) this.#told.add(path);
    return changed.length === 0 ? {} : { changed };
  }

  /** Pauses or ends the run by the session's door; undefined where the door says that this performer has lost it. */
  async #close(step: Exclude<RunStep, { next: 'turn' | 'calls' }>): Promise<SessionState | undefined> {
    const { db } = this.#needs;
    const { lease } = this.#claimed;
    const runId = this.#runId;
    // What came last of a broken stream stands before the end of its run.
    await this.#log.flush();
    const { turn, closed } = this.#progress();
    if (step.next === 'pause') {
      const paused = await change(db, { lease }, { type: 'paused', runId, question: step.question });
      // Cancelled in the same moment: the run is put down instead.
      if (paused.outcome === 'same') return await this.#close({ next: 'end', result: 'Cancelled' });
      return paused.outcome === 'moved' ? paused.state : undefined;
    }
    await this.#keeper.keepAtEnd(turn);
    const how = step.next === 'fail' ? 'Failed' : step.result === 'Cancelled' ? 'Cancelled' : 'Interrupted';
    const cut = closed ? [] : [{ ...interrupted(runId, turn, how), ...this.#newlyChanged() }];
    const ended =
      step.next === 'fail'
        ? await change(
            db,
            { lease },
            { type: 'failed', runId },
            { events: [...cut, { type: 'Error', runId, code: step.code, message: step.message.slice(0, 2000) }] },
          )
        : await change(db, { lease }, { type: 'ended', runId, result: step.result }, { events: cut });
    return ended.outcome === 'moved' ? ended.state : undefined;
  }

  /** Milliseconds. Only this performer's part is measured; what came before is of the log. */
  #spent(): number {
    return this.#spentMs + (performance.now() - this.#beganAt);
  }

  /** One at least: a timeout of 0 would be over before the request was sent. */
  #leftMs(): number {
    return Math.max(1, Math.ceil(this.#manifest.bounds.wallMs - this.#spent()));
  }

  /** The cost is counted from tokens by the operator's price; without a price there is no bound on it. */
  #use(
    { turn, inputTokens, outputTokens }: RunProgress,
    { settings }: OpenedModel,
  ): Parameters<typeof reachedBound>[1] {
    const tokens = { input: inputTokens, output: outputTokens };
    return {
      turns: turn,
      tokens: inputTokens + outputTokens,
      costMicros: settings.price === undefined ? undefined : costOf(settings.price, tokens),
      wallMs: this.#spent(),
    };
  }
}

/** A run that ends by a failure, in words for the person. */
const failed = (code: AgentErrorCode, message: string): RunStep => ({ next: 'fail', code, message });

const isQuestionOf =
  (callId: string | undefined) =>
  (event: AgentEvent): event is Extract<AgentEvent, { type: 'Question' }> =>
    event.type === 'Question' && event.question.callId === callId;

const isStartOf =
  (runId: string, turn: number) =>
  (event: AgentEvent): boolean =>
    event.type === 'TurnStart' && event.runId === runId && event.turn === turn;

/** What a run took so far by its log, without the time between a question and its answer. */
function spentMs(rows: readonly AgentEventRow[], events: readonly AgentEvent[], runId: string): number {
  let beganAt: number | undefined;
  let lastAt = 0;
  let askedAt: number | undefined;
  let waited = 0;
  for (const [at, event] of events.entries()) {
    if (event.runId !== runId) continue;
    const row = rows[at]!;
    beganAt ??= row.at;
    lastAt = row.at;
    if (event.type === 'Question') askedAt = row.at;
    if (event.type === 'Answered' && askedAt !== undefined) {
      waited += row.at - askedAt;
      askedAt = undefined;
    }
  }
  return beganAt === undefined ? 0 : Math.max(0, (lastAt - beganAt - waited) / 1000);
}
