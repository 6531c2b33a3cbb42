import { id, secretText } from '@slipway/contracts';
import * as z from 'zod';
import { AGENT_LIMITS, type NumberedEvent } from './session-events.ts';

/** Paths that a head tells of; a run that has changed more counts as one whose changes are not known by name. */
const CHANGED_LIMIT = 1000;

/** What a run has come to by some event of it: for who reads its log from there on. */
export const runHead = z.strictObject({
  runId: id,
  /** Number of the event that began it. */
  seq: z.int().positive(),
  input: secretText.max(AGENT_LIMITS.inputChars),
  hasTurns: z.boolean(),
  changed: z.array(z.string()).max(CHANGED_LIMIT),
  hasCommands: z.boolean(),
  before: id.nullable(),
  after: id.nullable(),
});
export type RunHead = z.infer<typeof runHead>;

/** Of the events with which a run began, in order; undefined where they begin none. Others may be left out of them. */
export function runHeadOf(events: readonly NumberedEvent[]): RunHead | undefined {
  const [first] = events;
  if (first?.event.type !== 'RunStart') return undefined;
  const { runId, input } = first.event;
  const head: RunHead = {
    ...{ runId, seq: first.seq, input, hasTurns: false, changed: [], hasCommands: false, before: null, after: null },
  };
  const changed = new Set<string>();
  for (const { event } of events) {
    if (event.runId !== runId) continue;
    if (event.type === 'Usage') head.hasTurns = true;
    else if (event.type === 'ToolCallStart') head.hasCommands ||= event.name === 'Run';
    else if (event.type === 'TurnEnd') for (const path of event.changed ?? []) changed.add(path);
    else if (event.type === 'Checkpoint' && event.snapshotId !== undefined) {
      if (event.before === true) head.before ??= event.snapshotId;
      else head.after = event.snapshotId;
    }
  }
  head.changed = [...changed].slice(0, CHANGED_LIMIT);
  head.hasCommands ||= changed.size > CHANGED_LIMIT;
  return head;
}
