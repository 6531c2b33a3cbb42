import { randomUUID } from 'node:crypto';
import {
  AGENT_LIMITS,
  allowanceOf,
  type Answer,
  checkCall,
  type CheckedCall,
  cutText,
  isOutsideName,
  type Manifest,
  type PromptCall,
  type Question,
  type ReadTracker,
  type ToolOrder,
} from '@slipway/agent';
import { beginToolCall, createCheckpoint } from '@slipway/db';
import {
  giveOrder,
  giveOrderOnce,
  type OrderNeeds,
  type OrderOutcome,
  type OrderPlace,
  stopOrderOf,
} from './give-order.ts';
import { LeaseLost } from './session-log.ts';
import type { OutsideTools } from './mcp-servers.ts';
import { askHolder, type AskServices } from '../holders/ask-holder.ts';

/** Of the server, and so the same for every session: what an order is kept in, and how the holder is asked. */
export type CallNeeds = OrderNeeds & AskServices;

/** One for each call, but for `tracker`: it is the performer's, which has it for the whole run. */
export interface CallContext {
  readonly place: OrderPlace;
  readonly runId: string;
  readonly turn: number;
  readonly manifest: Manifest;
  readonly tracker: ReadTracker;
  readonly outside: OutsideTools;
  readonly answer: Answer | undefined;
  /** What the answer is to; undefined where nothing was asked. */
  readonly question: Question | undefined;
  /** The person stops the run, or the lease is lost. */
  readonly signal: AbortSignal;
  /** To be awaited: the files as they were are kept then, and would be lost to whoever wants them back. */
  beforeChange(): Promise<void>;
}

export type CallOutcome =
  | {
      readonly outcome: 'done';
      readonly ok: boolean;
      readonly text: string;
      readonly changed?: string;
      /** Of the checkpoint that the call has made; other calls have none. */
      readonly snapshotId?: string;
    }
  | { readonly outcome: 'ask'; readonly question: Question }
  /** Nothing was done, and nothing can be: the project is open nowhere. */
  | { readonly outcome: 'no-holder' };

/** A result in words, for the model; cut, as a model's window is small. */
const say = (ok: boolean, text: string): CallOutcome => ({
  outcome: 'done',
  ok,
  text: cutText(text, AGENT_LIMITS.resultChars),
});

/** Looks at a call, asks a person where that is needed, and has it made. Whatever a model wrote, it is told why not. */
export async function performCall(needs: CallNeeds, call: PromptCall, context: CallContext): Promise<CallOutcome> {
  const { manifest, tracker, answer, question } = context;
  if (isOutsideName(call.name)) return await performOutside(needs, call, context);
  // Who waited for the answer may be gone, and what it had read with it: the file must still be what was asked about.
  if (question?.edits !== undefined && answer?.allow === true)
    tracker.read(question.edits.path, question.edits.version);
  const result = checkCall(manifest.scope, tracker, call);
  if (result.outcome === 'refused') return say(false, result.why);
  const { checked } = result;
  const allowance = allowanceOf(manifest.permission, checked, manifest.allowed ?? []);
  if (allowance.outcome === 'ask') {
    if (answer === undefined) return { outcome: 'ask', question: questionOf(call, checked, allowance.why) };
    if (!answer.allow) return say(false, refusal(answer));
  }
  if (checked.effect === 'edit' || checked.effect === 'command') await context.beforeChange();
  return await perform(needs, call, checked, context);
}

/**
 * A call of an MCP server's tool. It is written down before it is made, as what changes the project is: whoever takes
 * over makes it no second time.
 */
async function performOutside(needs: CallNeeds, call: PromptCall, context: CallContext): Promise<CallOutcome> {
  const { manifest, answer, outside, place, signal } = context;
  const tool = await outside.find(call.name, signal);
  if (tool === undefined) {
    // Whoever began it may have done it: a server that is silent since says nothing of that.
    const begun = await beginToolCall(needs.db, place.lease, call.id, randomUUID());
    if (begun.outcome === 'again') return toOutcome({ outcome: 'unknown' });
    return say(false, `There is no tool "${call.name.slice(0, 100)}" here any more`);
  }
  if (manifest.permission !== 'full' && !manifest.allowedTools?.includes(call.name)) {
    const why = `it calls "${tool.tool}" of the MCP server "${tool.server}", outside of the project`;
    if (answer === undefined)
      return { outcome: 'ask', question: { callId: call.id, tool: call.name, arguments: call.arguments, why } };
    if (!answer.allow) return say(false, refusal(answer));
  }
  const begun = await beginToolCall(needs.db, place.lease, call.id, randomUUID());
  if (begun.outcome === 'lost-lease') throw new LeaseLost();
  if (begun.outcome === 'again') return toOutcome({ outcome: 'unknown' });
  const { ok, text } = await outside.call(tool, call.arguments, signal);
  return say(ok, text);
}

const refusal = ({ note }: Answer): string => `A person refused this call${note ? `: ${note}` : ''}`;

/**
 * What a person is shown. An edit names the version of the file that the model has read, so that the answer
 * is for that version alone.
 */
function questionOf(call: PromptCall, checked: CheckedCall, why: string): Question {
  const version = checked.effect === 'edit' ? checked.version : null;
  return {
    callId: call.id,
    tool: call.name,
    arguments: call.arguments,
    why: why.slice(0, 500),
    ...(checked.effect === 'edit' && version !== null ? { edits: { path: checked.path, version } } : {}),
  };
}

/**
 * Reads may be made twice and edits and commands once; see `giveOrder` and `giveOrderOnce`. What is read or
 * written is noted with its version.
 */
async function perform(
  needs: CallNeeds,
  call: PromptCall,
  checked: CheckedCall,
  context: CallContext,
): Promise<CallOutcome> {
  const { place, tracker, manifest, signal } = context;
  switch (checked.effect) {
    case 'read': {
      if (checked.call.name === 'Preview') return await askPreview(needs, place);
      const order: ToolOrder = { ...checked.call, scope: mutable(manifest.scope) } as ToolOrder;
      const given = await giveOrder(needs, place, order, signal);
      if (given.outcome === 'reported' && given.report.ok && checked.path !== undefined && given.report.version)
        tracker.read(checked.path, given.report.version);
      return toOutcome(given);
    }
    case 'edit': {
      const order = { ...checked.call, scope: mutable(manifest.scope), version: checked.version } as ToolOrder;
      const given = await giveOrderOnce(needs, place, call.id, order, signal);
      if (given.outcome !== 'reported') return toOutcome(given);
      const { report } = given;
      if (!report.ok || report.version === undefined) return say(report.ok, report.text);
      tracker.wrote(checked.path, report.version);
      return { outcome: 'done', ok: true, text: report.text, changed: checked.path };
    }
    case 'command': {
      const order: ToolOrder = { name: 'Run', input: checked.call.input };
      return toOutcome(await runCommand(needs, place, { callId: call.id, order, signal }));
    }
    case 'checkpoint':
      return await checkpoint(needs, context, checked.call.input.description);
  }
}

/** A command that a person stops is ended in the container too. */
async function runCommand(
  needs: OrderNeeds,
  place: OrderPlace,
  { callId, order, signal }: { callId: string; order: ToolOrder; signal: AbortSignal },
): Promise<OrderOutcome> {
  let begun: string | undefined;
  try {
    const given = await giveOrderOnce(needs, place, callId, order, signal, (commandId) => (begun = commandId));
    return given;
  } catch (error) {
    if (signal.aborted && begun !== undefined) await stopOrderOf(needs, place, begun);
    throw error;
  }
}

/** In less than the answer of a tool may take: the state of a run is known at once, or nobody is there. */
async function askPreview(needs: AskServices, { ownerId, projectId }: OrderPlace): Promise<CallOutcome> {
  const asked = await askHolder(needs, ownerId, {
    projectId,
    verb: 'run.status',
    body: { appId: projectId },
    deadlineMs: 4500,
  });
  if (asked.outcome === 'no-holder') return { outcome: 'no-holder' };
  if (asked.outcome !== 'answered') return say(false, 'The tab does not answer');
  return say(asked.answer.ok, asked.answer.ok ? asked.answer.value : asked.answer.message);
}

/**
 * What the folder has is brought to the server, and named (CK-01). Step 0 is before the run's first change. A project
 * that is open nowhere has no folder but its newest snapshot: that is named at once, and nobody is waited for.
 */
export async function checkpoint(
  needs: CallNeeds,
  context: Pick<CallContext, 'place' | 'runId' | 'turn' | 'signal'>,
  description: string,
): Promise<CallOutcome> {
  const { place, runId, turn, signal } = context;
  const saved = await giveOrder({ ...needs, holderWaitMs: 0 }, place, { name: 'Save', input: {} }, signal);
  if (saved.outcome === 'unknown' || (saved.outcome === 'reported' && !saved.report.ok)) return toOutcome(saved);
  const made = await createCheckpoint(needs.db, place.ownerId, place.projectId, {
    taskId: runId,
    step: turn,
    description,
  });
  return made.outcome === 'created'
    ? {
        outcome: 'done',
        ok: true,
        text: made.checkpoint.checkpointId,
        snapshotId: made.checkpoint.snapshotId,
      }
    : say(false, 'There is no snapshot yet that could be named');
}

/** An order whose end nobody will know is told to the model as a failure with advice, never repeated. */
function toOutcome(given: OrderOutcome): CallOutcome {
  switch (given.outcome) {
    case 'reported':
      return say(given.report.ok, given.report.text);
    case 'no-holder':
      return { outcome: 'no-holder' };
    case 'unknown':
      return say(
        false,
        'It is unknown whether this happened: whoever was at it is gone. Look at what is there before you go on',
      );
  }
}

/** The contract's lists are not readonly. */
const mutable = (scope: Manifest['scope']): string[][] => scope.map((patterns) => [...patterns]);
