import { CHECKPOINT_BRANCH } from '@slipway/db';
import { createLanes } from '../http/lanes.ts';
import { openRemote } from './open-remote.ts';
import { pushRemote } from './push-remote.ts';
import type { RemoteNeeds } from './remotes-route.ts';

/** A project without a remote of this name keeps its checkpoints to itself; nothing is said. */
const REMOTE = 'origin';
const PUSH_MS = 5 * 60_000;

/**
 * Pushes checkpoints to `checkpoint-branch` of `origin` (CK-02), behind the answer: a push that fails is written to the
 * log and fails nothing. One a project at a time; whoever comes while one waits is pushed by that one.
 */
export function createCheckpointPusher(needs: RemoteNeeds): (owner: string, project: string) => void {
  const lanes = createLanes({ key: { atOnce: 1, waiting: 1 }, all: { atOnce: 2, waiting: 100 } });
  return (owner, project) => {
    const pushed = lanes.run(project, async () => {
      const signal = AbortSignal.timeout(PUSH_MS);
      const remote = await openRemote(needs, { owner, project, name: REMOTE, signal });
      if (remote === undefined) return;
      const result = await pushRemote(remote.repository, remote.transport, { branch: CHECKPOINT_BRANCH, signal });
      if (result.outcome === 'refused') needs.log.warn({ project, reason: result.reason }, 'checkpoint not pushed');
    });
    pushed?.catch((error: unknown) => needs.log.warn({ project, err: error }, 'checkpoint not pushed'));
  };
}
