import type { SandboxConfig } from '@slipway/contracts';
import { nextStatus, type SandboxEvent, type SandboxStatus } from './sandbox-status.ts';

/** What is known of a sandbox. Times are milliseconds since the epoch. */
export interface SandboxRecord {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly status: SandboxStatus;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Of its process, once that is gone and gave one. */
  readonly exitCode: number | null;
  /** Why it ended, where nobody asked it to. */
  readonly problem: string | null;
}

/** A record at a moment: `uptimeMs` counts from the start, and stands still when the sandbox has ended. */
export interface SandboxReport extends SandboxRecord {
  readonly uptimeMs: number | null;
}

/** Which of them count depends on the event: only an end has an exit code. */
export interface EventFacts {
  readonly atMs: number;
  readonly exitCode?: number | null;
  readonly problem?: string | null;
}

/** Created and not started: all that a run would tell is null. */
export function makeRecord(id: string, config: SandboxConfig, createdAtMs: number): SandboxRecord {
  const nothing = { startedAtMs: null, endedAtMs: null, exitCode: null, problem: null };
  return { id, config, status: 'created', createdAtMs, ...nothing };
}

/** The only door through which a record changes; undefined where the event has no meaning there. Pure. */
export function nextRecord(record: SandboxRecord, event: SandboxEvent, facts: EventFacts): SandboxRecord | undefined {
  const status = nextStatus(record.status, event);
  if (status === undefined) return undefined;
  const { atMs, exitCode = null, problem = null } = facts;
  switch (event) {
    case 'start':
      return { ...record, status, startedAtMs: atMs };
    case 'end':
      return { ...record, status, endedAtMs: atMs, exitCode, problem };
    case 'destroy':
      // What had ended before says still how.
      return { ...record, status, endedAtMs: record.endedAtMs ?? atMs, problem: problem ?? record.problem };
    case 'restore':
      return makeRecord(record.id, record.config, atMs);
  }
}

/** The record as `status` and `list` tell it. Pure. */
export function reportOf(record: SandboxRecord, nowMs: number): SandboxReport {
  const { startedAtMs, endedAtMs } = record;
  return { ...record, uptimeMs: startedAtMs === null ? null : Math.max(0, (endedAtMs ?? nowMs) - startedAtMs) };
}
