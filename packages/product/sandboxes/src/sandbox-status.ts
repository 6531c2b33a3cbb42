/**
 * The life of one sandbox.
 *
 *   created ──start──▶ running ──end──▶ exited
 *      │                  │               │
 *      ├──────end─────────┼──▶ exited     │
 *      └──────────────destroy─────────────┴──▶ destroyed
 *
 *   created, running, exited, destroyed ──restore──▶ created
 *
 * `end` is a process that is gone, by `stop` or by itself: the record stays and tells its exit code. A destroyed one
 * is listed until retention takes the record away, and until then a checkpoint of it can be restored.
 */
export const sandboxStatuses = ['created', 'running', 'exited', 'destroyed'] as const;

/** Where a sandbox is: made, in use, ended by itself or by `stop`, taken away. */
export type SandboxStatus = (typeof sandboxStatuses)[number];

/** `start` and `end` happen to its process; `destroy` and `restore` are done to the sandbox. */
export const sandboxEvents = ['start', 'end', 'destroy', 'restore'] as const;

/** `NEXT` says in which status each may happen. */
export type SandboxEvent = (typeof sandboxEvents)[number];

const NEXT: Readonly<Record<SandboxStatus, Partial<Record<SandboxEvent, SandboxStatus>>>> = {
  created: { start: 'running', end: 'exited', destroy: 'destroyed', restore: 'created' },
  running: { end: 'exited', destroy: 'destroyed', restore: 'created' },
  exited: { destroy: 'destroyed', restore: 'created' },
  destroyed: { restore: 'created' },
};

/** Next status, or `undefined` where the event has no meaning there. Pure. */
export function nextStatus(status: SandboxStatus, event: SandboxEvent): SandboxStatus | undefined {
  return NEXT[status][event];
}

/** In which statuses an event has a meaning; the guard of a conditional UPDATE. */
export function statusesBefore(event: SandboxEvent): SandboxStatus[] {
  return sandboxStatuses.filter((status) => NEXT[status][event] !== undefined);
}
