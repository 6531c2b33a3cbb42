import * as z from 'zod';
import { logStream } from './builds.ts';
import { id } from './ids.ts';
import { treePath } from './tree.ts';

/**
 * The runner contract: one JSON document in, one out (P-08). File bytes are
 * base64 so that any file survives the document.
 */
export const runnerFile = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: treePath, mode: z.int(), base64: z.base64() }),
  z.strictObject({ kind: z.literal('dir'), path: treePath, mode: z.int() }),
  z.strictObject({ kind: z.literal('link'), path: treePath, target: z.string() }),
]);
/** `target` of a link is as the project has it: whoever unpacks it makes sure that it leads nowhere outside. */
export type RunnerFile = z.infer<typeof runnerFile>;

/** How the snapshot is built (P-29): settled by whoever queued it, and no business of a runtime's. */
export const runnerPlan = z.strictObject({
  /** Where dependencies are installed and commands run; empty: the snapshot itself. */
  installRoot: z.string(),
  root: z.string(),
  install: z.string().nullable(),
  build: z.string().nullable(),
  /** Below `root`. Empty: what is published are the files of `root` themselves. */
  output: z.string(),
  /** Of the environment, secrets among them: neither logged nor stored. */
  variables: z.record(z.string(), z.string()),
});
/** Null for `install` or `build`: there is nothing to install, or to build. */
export type RunnerPlan = z.infer<typeof runnerPlan>;

/** The document that goes into a runtime (P-08): all that it may know of the project. */
export const runnerInput = z.strictObject({
  jobId: id,
  projectId: id,
  snapshotId: id,
  files: z.array(runnerFile),
  plan: runnerPlan,
  /** Where the artifact goes: the id it will have once stored. */
  artifactDestination: z.strictObject({ artifactId: id }),
});
/** The snapshot whole: a runtime has no way to ask for more. */
export type RunnerInput = z.infer<typeof runnerInput>;

/** What a runtime says when it is done. Not strict: one that was written elsewhere may say more. */
export const runnerOutput = z.object({
  jobId: id,
  projectId: id,
  snapshotId: id,
  status: z.enum(['succeeded', 'failed']),
  artifactId: id.optional(),
  errorSummary: z.string().optional(),
  logs: z.array(z.object({ stream: logStream, text: z.string() })),
});
/** `artifactId` must be the one that was given; another project's would be an attack (P-04). */
export type RunnerOutput = z.infer<typeof runnerOutput>;
