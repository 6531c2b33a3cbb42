import * as z from 'zod';
import { id } from './ids.ts';
import { deriveRunStatus, type RunFacts, type RunRecord, runStatuses, runTypes } from './run-state.ts';
import { plainText } from './text.ts';

const seconds = z.int().nonnegative();
const pid = z.int().positive();
const port = z.int().min(1).max(65_535);

/** What may be asked about a run, each a path below `/api/workspace/run` (RN-01). */
export const runVerbs = ['start', 'preview', 'build', 'install', 'stop', 'status'] as const;

/** Each is a command that the project's holder carries out. */
export type RunVerb = (typeof runVerbs)[number];

/** Bounds of what a container says of its runs; it runs code that nobody has read. */
export const runLimits = { ports: 64, causeUnits: 2000, pathUnits: 200 } as const;

/** `RunRecord`: the file in the container and its mirror on the server (RN-13). */
export const runRecord = z.strictObject({
  appId: id,
  type: z.enum(runTypes),
  pid: pid.nullable(),
  startedAt: seconds,
  finishedAt: seconds.nullable(),
  exitCode: z.int().min(0).max(255).nullable(),
  logPath: plainText.max(runLimits.pathUnits),
  container: id,
});

/** A port of the container that takes connections, and where its page is. */
export const runPort = z.strictObject({ port, url: z.url().max(500) });
/** `url` is the preview's own origin for that port. */
export type RunPort = z.infer<typeof runPort>;

/** Text of a program's or of ours that is shown: lines are allowed, what Postgres cannot store is not. */
const shownText = z
  .string()
  .max(runLimits.causeUnits)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'is not well-formed Unicode');

/** How a run is, at the moment of the answer (RN-10). */
export const runReport = z.strictObject({
  /** Null when the user has no run. */
  appId: id.nullable(),
  status: z.enum(runStatuses),
  type: z.enum(runTypes).nullable(),
  pid: pid.nullable(),
  startedAt: seconds.nullable(),
  finishedAt: seconds.nullable(),
  exitCode: z.int().min(0).max(255).nullable(),
  logPath: z.string().max(runLimits.pathUnits).nullable(),
  /** Only while RUNNING (RN-11). */
  previewUrl: z.url().max(500).nullable(),
  /** Every port that is open, also the ones that the preview does not show (RN-03). */
  ports: z.array(runPort).max(runLimits.ports),
  /** Why it is not RUNNING, and what to do about it; null where there is nothing to say. */
  cause: shownText.nullable(),
});
/** Times are in seconds since the epoch, as RN-13 has them, not in microseconds. */
export type RunReport = z.infer<typeof runReport>;

/** POST start, preview, build and install. */
export const runBody = z.strictObject({ appId: id });
/** POST stop: without an id, whatever runs. */
export const stopRunBody = z.strictObject({ appId: id.optional() });

/** The answer of every verb, `status` among them. */
export const runResponse = z.strictObject({ run: runReport });
/** `status` is derived at the moment of the answer and stored nowhere. */
export type RunResponse = z.infer<typeof runResponse>;

/** What only who looks into the container can say of a run. */
export interface RunSight {
  readonly facts: RunFacts;
  readonly ports: readonly RunPort[];
  /** The page of the preview's port, while that is open. */
  readonly previewUrl: string | null;
  readonly cause: string | null;
}

/** The report of a run, its status derived now. Pure. */
export function makeRunReport(appId: string | null, run: RunRecord | null | 'unreadable', sight: RunSight): RunReport {
  const status = deriveRunStatus(run, sight.facts);
  const known = run === 'unreadable' ? null : run;
  return {
    appId,
    status,
    type: known?.type ?? null,
    pid: known?.pid ?? null,
    startedAt: known?.startedAt ?? null,
    finishedAt: known?.finishedAt ?? null,
    exitCode: known?.exitCode ?? null,
    logPath: known?.logPath ?? null,
    previewUrl: status === 'RUNNING' ? sight.previewUrl : null,
    ports: sight.ports.slice(0, runLimits.ports),
    cause: sight.cause === null ? null : sight.cause.slice(0, runLimits.causeUnits),
  };
}
