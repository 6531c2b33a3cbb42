/** A server that ended by itself is started again at most so often within the window. */
export const RESTARTS = { most: 3, windowMs: 60_000, firstDelayMs: 500 } as const;

/** `served`: it had answered before it ended, so it is worth starting again. */
export interface ServerEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly served: boolean;
}

/** Not `exhausted`: it would do no good, or its end was on purpose. */
export type RestartDecision =
  | { readonly restart: true; readonly delayMs: number }
  /** `exhausted`: it was started again as often as that is done. */
  | { readonly restart: false; readonly exhausted: boolean };

/**
 * Whether a server is started again, with `restarts` the times (ms) of those before. One that never
 * answered will not do so the next time either: its error is shown instead. Code 0 is an end on purpose.
 */
export function decideRestart(end: ServerEnd, restarts: readonly number[], nowMs: number): RestartDecision {
  if (!end.served || end.code === 0) return { restart: false, exhausted: false };
  const recent = restarts.filter((at) => nowMs - at < RESTARTS.windowMs).length;
  if (recent >= RESTARTS.most) return { restart: false, exhausted: true };
  return { restart: true, delayMs: RESTARTS.firstDelayMs * 2 ** recent };
}
