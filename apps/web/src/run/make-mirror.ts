import type { HolderFence, RunRecord } from '@slipway/contracts';
import { ApiError } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';

const RETRY_MS = 1000;

/**
 * Sends the run's record to the server (RN-13), one write at a time and the newest last; while the
 * server is away the newest waits. Who has lost the project writes nothing more.
 */
export function makeMirror(
  api: Pick<Api, 'mirrorRun' | 'link'>,
  projectId: string,
  fence: () => HolderFence | undefined,
): (run: RunRecord | null) => void {
  let next: { run: RunRecord | null } | undefined;
  let sending = false;

  /** A refusal ends it: mostly the claim was lost, and the record is another tab's to write. */
  const send = async (): Promise<void> => {
    while (next !== undefined) {
      const { run } = next;
      next = undefined;
      const held = fence();
      if (held === undefined) return;
      try {
        await api.mirrorRun(projectId, { ...held, run });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status >= 400 && error.status < 500 && error.status !== 429) return;
        next ??= { run };
        await api.link.delay(RETRY_MS);
      }
    }
  };
  return (run) => {
    next = { run };
    if (sending) return;
    sending = true;
    send()
      .catch((error: unknown) => console.warn('Cannot keep the record of the run:', error))
      .finally(() => (sending = false));
  };
}
