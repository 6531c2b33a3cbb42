import { type Accessor, createSignal } from 'solid-js';

/** So many items are in the document while somebody looks at the end of the list. */
const SHOWN_AT_END = 80;
/** So many are there at most, however long somebody goes up. */
export const SHOWN_AT_MOST = 240;
/** So many come with each look further. */
export const STEP = 80;

/**
 * The part of a long list that is in the document. It follows the end, or is held where somebody reads: what comes
 * behind it then, or in front of it, changes nothing of what is there.
 */
export interface ListWindow {
  readonly from: Accessor<number>;
  readonly to: Accessor<number>;
  hold(): void;
  follow(): void;
  up(): void;
  down(): void;
}

/** `added`: how many items came in front since the list was made, so that a place is told by a number that stays. */
export function createListWindow(count: Accessor<number>, added: Accessor<number>): ListWindow {
  const [held, setHeld] = createSignal<number>();
  const atEnd = (): number => Math.max(0, count() - SHOWN_AT_END);
  const from = (): number => {
    const place = held();
    return place === undefined ? atEnd() : Math.max(0, Math.min(place + added(), count() - 1));
  };
  const to = (): number => (held() === undefined ? count() : Math.min(count(), from() + SHOWN_AT_MOST));
  const put = (index: number): void => void setHeld(index - added());
  return {
    ...{ from, to },
    hold: () => void (held() === undefined && put(from())),
    follow: () => void setHeld(undefined),
    up: () => put(Math.max(0, from() - STEP)),
    down: () => put(Math.min(from() + STEP, Math.max(from(), atEnd()))),
  };
}
