import { runnerInput } from '@slipway/contracts';
import type { SandboxRuntime } from '@slipway/worker';

/** A runtime whose builds succeed at once with a file of their own (P-26: the interface is the whole contract). */
export function buildNothing(onDone: () => unknown): SandboxRuntime {
  return {
    run: async (document, io) => {
      const { jobId, projectId, snapshotId, artifactDestination } = runnerInput.parse(JSON.parse(document));
      await io.file('index.html', new TextEncoder().encode('<h1>built</h1>'));
      await onDone();
      return JSON.stringify({
        jobId,
        projectId,
        snapshotId,
        status: 'succeeded',
        artifactId: artifactDestination.artifactId,
        logs: [],
      });
    },
  };
}
