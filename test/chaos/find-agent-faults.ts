import type { AgentEvent, NumberedEvent } from '@slipway/agent';

/** A run that is over, and all that is known of it. */
export interface FinishedRun {
  /** The result of its RunEnd, `Error`, or `none`. */
  readonly end: string;
  /** What an undisturbed run leaves in its file, and what was saved. */
  readonly expected: string;
  readonly saved: string;
  /** The log as it is stored. */
  readonly all: readonly NumberedEvent[];
  /** What each subscriber was told. */
  readonly seen: readonly (readonly NumberedEvent[])[];
  /** One number for each call that was made. */
  readonly effects: readonly string[];
}

/** Everything that must not be, in words. */
export function findAgentFaults({ end, expected, saved, all, seen, effects }: FinishedRun): string[] {
  const faults: string[] = [];
  const want = (isFine: boolean, what: string): void => void (isFine || faults.push(what));
  want(end === 'Finished' || end === 'Error', `the run ended as "${end}"`);
  want(
    all.every(({ seq }, at) => seq === at + 1),
    'the log has a gap, or a number twice',
  );
  for (const [at, one] of seen.entries())
    want(
      JSON.stringify(one) === JSON.stringify(all),
      `subscriber ${at} saw ${one.length} events, not these ${all.length}`,
    );
  want(new Set(effects).size === effects.length, `a call happened twice: ${effects.join(' ')}`);
  const events = all.map(({ event }) => event);
  const ids = events.flatMap((event) => (event.type === 'ToolResult' ? [event.id] : []));
  want(new Set(ids).size === ids.length, 'a call has two results');
  if (end === 'Finished') want(saved === expected, `the file has ${JSON.stringify(saved)}`);
  want(expected.startsWith(saved), `the file has lines twice, or out of order: ${JSON.stringify(saved)}`);
  want(wholeCalls(events), 'a call that was told whole has no result');
  return faults;
}

/** In a run that ended, each call of a turn that was told whole has a result. */
function wholeCalls(events: readonly AgentEvent[]): boolean {
  let told: string[] = [];
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'TurnStart') told = [];
    else if (event.type === 'ToolCallDone') told.push(event.id);
    else if (event.type === 'Usage') for (const id of told) open.add(id);
    else if (event.type === 'ToolResult') open.delete(event.id);
  }
  return open.size === 0;
}
