import { apiPaths, heartbeatResponse, holderTimes } from '@slipway/contracts';
import type { Beat, Hold } from './link-messages.ts';

/** A heartbeat that is not answered by then is one that did not come. */
const ANSWER_LIMIT_MS = 3000;

/** Sends the heartbeats of one claim at a time. */
export interface HoldKeeper {
  /** From now on this one; undefined: none. */
  keep(hold: Hold | undefined): void;
}

/** `send` asks the server with the user's token. */
export function makeHoldKeeper(
  send: (path: string, body: unknown, signal: AbortSignal) => Promise<Response>,
  onBeat: (beat: Beat) => void,
): HoldKeeper {
  let held: Hold | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const beat = async (hold: Hold): Promise<Beat> => {
    const { projectId, holderId, epoch } = hold;
    try {
      const answer = await send(
        apiPaths.heartbeat(projectId),
        { holderId, epoch },
        AbortSignal.timeout(ANSWER_LIMIT_MS),
      );
      // 409: its epoch is over. 404: with its project.
      if (answer.status === 409 || answer.status === 404) return { ...hold, outcome: 'lost' };
      if (!answer.ok) return { ...hold, outcome: 'unreachable' };
      const { runHeld } = heartbeatResponse.parse(await answer.json());
      return { ...hold, outcome: 'renewed', runHeld };
    } catch (error) {
      console.info('A heartbeat was not answered:', error);
      return { ...hold, outcome: 'unreachable' };
    }
  };

  const run = async (): Promise<void> => {
    const hold = held;
    if (hold === undefined) return;
    const began = performance.now();
    const sent = await beat(hold);
    // What was given up or claimed anew meanwhile has its own beats.
    if (held?.epoch !== hold.epoch || held.projectId !== hold.projectId) return;
    if (sent.outcome === 'lost') held = undefined;
    onBeat(sent);
    if (held !== undefined) later(Math.max(holderTimes.heartbeatMs - (performance.now() - began), 0));
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), ms);
  };

  return {
    keep(hold) {
      const same = hold !== undefined && held?.epoch === hold.epoch && held.projectId === hold.projectId;
      held = hold;
      // A new mark goes with the next beat; a new claim has one at once.
      if (!same) later(0);
    },
  };
}
