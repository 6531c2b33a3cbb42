import { type BuildContext, executeJob } from './build/execute-job.ts';
import { executeVerification } from './verification/execute-verification.ts';
import type { JobHandlers } from './job/job-handler.ts';

/** By `kind`, as the job's row has it. */
export function createJobHandlers(context: BuildContext): JobHandlers {
  return {
    preview_build: (job, abort) => executeJob(context, job, abort),
    verify_build: (job, abort) => executeVerification(context, job, abort),
  };
}
