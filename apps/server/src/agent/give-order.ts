import { randomUUID } from 'node:crypto';
import { commandAnswer } from '@slipway/contracts';
import { AGENT_LIMITS, cutText, orderSeconds, type ToolOrder, toolReport, type ToolReport } from '@slipway/agent';
import { type AgentLease, askStandIn, beginToolCall, type Db, readAnswer, sendCommand } from '@slipway/db';
import type { EventHub, Subscription } from '../events/event-hub.ts';
import { LeaseLost } from './session-log.ts';

/** The same for the agent and for the MCP tools: both give orders. */
export interface OrderNeeds {
  readonly db: Db;
  readonly events: EventHub;
  /** How long a project may be open nowhere before a call that needs it is given up. */
  readonly holderWaitMs: number;
}

/** The project's tab does it, whoever's it is: the owner is looked for with it, so a foreign project has no holder. */
export interface ProjectPlace {
  readonly ownerId: string;
  readonly projectId: string;
}

/** For whom an order of a session is given. */
export interface OrderPlace extends ProjectPlace {
  readonly lease: AgentLease;
}

export type OrderOutcome =
  | { readonly outcome: 'reported'; readonly report: ToolReport }
  /** It may have been done, or not: nobody will ever say. */
  | { readonly outcome: 'unknown' }
  /** The project is open nowhere, and nothing was done. */
  | { readonly outcome: 'no-holder' };

/** An answer is kept for ten minutes; so long a call that was begun can be found again, with a minute to spare. */
const FOUND_FOR_US = 9 * 60_000_000;
/** How often it is looked whether the project is open again. */
const HOLDER_LOOK_MS = 500;
/** So long an order waits for room among a holder's commands; each of those is over in less. */
const BUSY_MS = 60_000;
/** A result for the model and no failure of the run: it may try again. */
const BUSY: ToolReport = { ok: false, text: 'Nothing was done: too many commands wait for the project already' };

/**
 * Gives an order with effects to whoever has the project, once (design, 2). That it is given is written down before, by
 * the id of its command, and the same id is the same command: whoever goes on after a crash finds the answer, or learns
 * that there can be none.
 */
export async function giveOrderOnce(
  needs: OrderNeeds,
  place: OrderPlace,
  callId: string,
  order: ToolOrder,
  signal: AbortSignal,
  onBegun: (commandId: string) => void = () => undefined,
): Promise<OrderOutcome> {
  const own = randomUUID();
  const begun = await beginToolCall(needs.db, place.lease, callId, own);
  if (begun.outcome === 'lost-lease') throw new LeaseLost();
  const commandId = begun.outcome === 'again' ? begun.commandId : own;
  onBegun(commandId);
  if (begun.outcome === 'again') {
    if (begun.ageUs > FOUND_FOR_US) return { outcome: 'unknown' };
    const known = await readAnswer(needs.db, place.ownerId, commandId);
    if (known.outcome !== 'missing') return await awaitAnswer(needs, place, commandId, signal);
  }
  return await sendAndAwait(needs, place, { commandId, order }, signal);
}

/** Gives an order without effects; one whose holder went is given to the next. */
export async function giveOrder(
  needs: OrderNeeds,
  place: ProjectPlace,
  order: ToolOrder,
  signal: AbortSignal,
): Promise<OrderOutcome> {
  const first = await sendAndAwait(needs, place, { commandId: randomUUID(), order }, signal);
  return first.outcome === 'unknown'
    ? await sendAndAwait(needs, place, { commandId: randomUUID(), order }, signal)
    : first;
}

/** Ends what an order began, if it still runs; nobody waits for the answer. */
export async function stopOrderOf({ db }: OrderNeeds, place: ProjectPlace, commandId: string): Promise<void> {
  await sendCommand(db, place.ownerId, {
    id: randomUUID(),
    projectId: place.projectId,
    verb: 'agent.stop',
    body: JSON.stringify({ commandId }),
    deadlineMs: 5000,
  });
}

/** Gives an order, once: with a new id it is a new command. */
export async function sendAndAwait(
  needs: OrderNeeds,
  place: ProjectPlace,
  { commandId, order }: { commandId: string; order: ToolOrder },
  signal: AbortSignal,
): Promise<OrderOutcome> {
  const began = performance.now();
  const subscription = needs.events.subscribe(place.ownerId);
  try {
    for (;;) {
      signal.throwIfAborted();
      const sent = await sendCommand(needs.db, place.ownerId, {
        id: commandId,
        projectId: place.projectId,
        verb: 'agent.tool',
        body: JSON.stringify(order),
        deadlineMs: orderSeconds(order) * 1000,
      });
      if (sent.outcome === 'sent') return await awaitAnswer(needs, place, commandId, signal);
      // With its project the session is gone too, and the lease.
      if (sent.outcome === 'missing') throw new LeaseLost();
      const waited = performance.now() - began;
      if (sent.outcome === 'no-holder') {
        if (waited >= needs.holderWaitMs) return { outcome: 'no-holder' };
        await askStandIn(needs.db, place.projectId);
      } else if (waited >= BUSY_MS) return { outcome: 'reported', report: BUSY };
      await nextNews(subscription, HOLDER_LOOK_MS, signal);
    }
  } finally {
    subscription.close();
  }
}

/**
 * The answer of a command that was given, however often this is asked. The database's word counts: events
 * only wake.
 */
async function awaitAnswer(
  { db, events }: OrderNeeds,
  { ownerId }: ProjectPlace,
  commandId: string,
  signal: AbortSignal,
): Promise<OrderOutcome> {
  const subscription = events.subscribe(ownerId);
  try {
    for (;;) {
      signal.throwIfAborted();
      const read = await readAnswer(db, ownerId, commandId);
      switch (read.outcome) {
        case 'answered':
          return { outcome: 'reported', report: reportOf(read.answer) };
        case 'waiting':
          await nextNews(subscription, read.lookInMs, signal);
          break;
        case 'holder-lost':
        case 'deadline':
        case 'missing':
          return { outcome: 'unknown' };
      }
    }
  } finally {
    subscription.close();
  }
}

/** Until something is heard, or the time is over, or nobody wants to know any more. */
async function nextNews(subscription: Subscription, limitMs: number, signal: AbortSignal): Promise<void> {
  const aborted = () => subscription.close();
  signal.addEventListener('abort', aborted, { once: true });
  try {
    const news = await subscription.next(limitMs);
    signal.throwIfAborted();
    if (news === 'closed') throw new LeaseLost();
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}

/** What the holder said; a tab runs anybody's code, and may say anything. */
function reportOf(answer: string): ToolReport {
  const parsed = commandAnswer.safeParse(parseJson(answer));
  if (!parsed.success) return { ok: false, text: 'The tab answered what has no meaning' };
  if (!parsed.data.ok) return { ok: false, text: cutText(parsed.data.message, AGENT_LIMITS.resultChars) };
  const report = toolReport.safeParse(parseJson(parsed.data.value));
  return report.success ? report.data : { ok: false, text: 'The tab answered what is no result of a tool: reload it' };
}

/** Undefined for what is no JSON; the schemas refuse that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
