import { type HolderCommand, type HolderFence, heldElsewhereDetails, type RunRecord } from '@slipway/contracts';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { ApiError } from '../api/api-error.ts';
import type { Api } from '../api/create-api.ts';
import type { Beat } from '../api/link/link-messages.ts';
import { type HolderEvent, type HolderState, nextHolderState } from './holder-state.ts';
import { tabId } from './tab-id.ts';

/** Another tab can take it at any time: then `fence` is undefined. */
export interface Holder {
  readonly state: Accessor<HolderState>;
  /** What this tab's writes name; undefined while another has the project. */
  fence(): HolderFence | undefined;
  takeOver(): void;
  /** The claim was lost by an answer of the server's. */
  lose(): void;
  /** Counts what the page did about its run: a beat that was sent before is no news. */
  mark(): void;
}

/** `onLost` comes only behind a claim that was held: one that never came about is a state and no loss. */
export interface HolderListeners {
  /** `last` is the record of the run that an earlier holder left. */
  onHeld(last: RunRecord | null): void;
  onLost(): void;
  /** Whether the user's one run is this project's, as of the newest mark. */
  onRunHeld(held: boolean): void;
  onCommand(command: HolderCommand): void;
}

/** A tab that crashed keeps its claim for the length of the lease: so long a new one asks again. */
const FIRST_TRIES = 6;
const TRY_EVERY_MS = 1000;

/** Claims the project when it is opened, keeps the claim alive, and gives it up with the workspace. */
export function createHolder(
  api: Pick<Api, 'claimHolder' | 'releaseHolder' | 'events' | 'link'>,
  projectId: string,
  listeners: HolderListeners,
): Holder {
  const [state, setState] = createSignal<HolderState>({ name: 'joining' });
  let closed = false;
  let mark = 0;
  /** This tab's id, once it is known: news of its own claims are none. */
  let own: string | undefined;

  const dispatch = (event: HolderEvent): void => {
    const before = state();
    const next = nextHolderState(before, event);
    if (next === undefined || closed) return;
    setState(next);
    if (next.name === 'held') api.link.hold({ projectId, holderId: next.holderId, epoch: next.epoch, mark });
    else if (before.name === 'held') {
      api.link.hold(undefined);
      listeners.onLost();
    }
  };
  const fence = (): HolderFence | undefined => {
    const current = state();
    return current.name === 'held' ? { holderId: current.holderId, epoch: current.epoch } : undefined;
  };

  /** One claim; true when there is nothing left to try. */
  const claim = async (holderId: string, takeOver: boolean): Promise<boolean> => {
    try {
      const { holder, run } = await api.claimHolder(projectId, { holderId, kind: 'tab' }, takeOver);
      if (closed) await api.releaseHolder(projectId, { holderId, epoch: holder.epoch });
      dispatch({ type: 'held', holderId, epoch: holder.epoch });
      if (!closed) listeners.onHeld(run);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const elsewhere = error.code === 'HELD_ELSEWHERE' ? heldElsewhereDetails.parse(error.details).holder : undefined;
      if (elsewhere !== undefined) dispatch({ type: 'elsewhere', kind: elsewhere.kind, epoch: elsewhere.epoch });
      // Gone, or not ours: the workspace says so. What the server could not do it may do a moment later.
      return elsewhere === undefined && error.status >= 400 && error.status < 500 && error.status !== 429;
    }
  };
  /** Claims until it is decided, or until another join is begun. */
  const join = async (mine: number, takeOver: boolean): Promise<void> => {
    dispatch({ type: 'join' });
    const holderId = (own = await tabId());
    for (let tried = 1; !closed && mine === joins && !(await claim(holderId, takeOver)); tried++) {
      if (state().name === 'elsewhere' && tried >= FIRST_TRIES) return;
      await api.link.delay(TRY_EVERY_MS);
    }
  };
  let joins = 0;
  // One after the other: of two claims of one tab the server's last is the one that counts.
  let joining: Promise<void> = Promise.resolve();
  const begin = (takeOver: boolean): void => {
    const mine = ++joins;
    joining = joining
      .then(() => join(mine, takeOver))
      .catch((error: unknown) => console.error('Cannot claim the project:', error));
  };

  /**
   * A beat of another epoch is about a claim that this tab has already lost or renewed. Of the run only an
   * answer to the newest mark is news: an older one was sent before the page asked for the run.
   */
  const hear = (beat: Beat): void => {
    const held = fence();
    if (beat.projectId !== projectId || held?.epoch !== beat.epoch) return;
    if (beat.outcome === 'lost') lose();
    else if (beat.outcome === 'renewed' && beat.mark === mark) listeners.onRunHeld(beat.runHeld);
  };
  const lose = (): void => {
    const current = state();
    if (current.name === 'held') dispatch({ type: 'elsewhere', kind: 'tab', epoch: current.epoch + 1 });
  };

  const follower = api.events({
    onConnected: () => undefined,
    onEvent(event) {
      if (event.type === 'command') {
        const { holderId, epoch } = event.command;
        const held = fence();
        if (holderId === held?.holderId && epoch === held.epoch) listeners.onCommand(event.command);
      } else if (event.type === 'holder' && event.projectId === projectId) {
        if (event.holder === null) dispatch({ type: 'gone' });
        else if (event.holder.holderId !== own)
          dispatch({ type: 'elsewhere', kind: event.holder.kind, epoch: event.holder.epoch });
      }
    },
  });
  const release = (): void => {
    const held = fence();
    if (held === undefined) return;
    api.link.hold(undefined);
    api.releaseHolder(projectId, held).catch((error: unknown) => console.info('The claim will lapse:', error));
  };

  onCleanup(() => follower.stop());
  onCleanup(api.link.onBeat(hear));
  addEventListener('pagehide', release);
  onCleanup(() => removeEventListener('pagehide', release));
  onCleanup(() => {
    release();
    closed = true;
  });
  begin(false);

  return {
    state,
    fence,
    takeOver: () => begin(true),
    lose,
    mark() {
      mark++;
      const held = fence();
      if (held !== undefined) api.link.hold({ projectId, ...held, mark });
    },
  };
}
