import { type Accessor, createEffect, createSignal, on, onCleanup, onMount } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Agent } from './create-agent.ts';
import { createListWindow, type ListWindow, STEP } from './create-list-window.ts';

/** Pixels; closer than this counts as being at the end, since a zoomed page seldom scrolls to exactly there. */
const END_PX = 32;

/** Where somebody reads in a transcript: at its end, which is followed, or further up, where nothing moves. */
export interface ReadingPlace {
  readonly part: ListWindow;
  readonly count: Accessor<number>;
  readonly atEnd: Accessor<boolean>;
  /** Why what is earlier could not be read. */
  readonly problem: Accessor<string | undefined>;
  /** What scrolls, and in it what has the items, each with `data-item`. */
  setPlace(element: HTMLElement): void;
  setList(element: HTMLElement): void;
  toEnd(): void;
  /** It was scrolled. */
  look(): void;
  /** What somebody unfolds stays where it is, though there is more below it now. */
  hold(target: EventTarget): void;
  earlier(): Promise<void>;
  later(): void;
}

/** Of the session that is looked at; begins at its end. */
export function createReadingPlace(agent: Agent): ReadingPlace {
  let place: HTMLElement | undefined;
  let list: HTMLElement | undefined;
  const { transcript } = agent;
  const count = (): number => transcript.items.length;
  const part = createListWindow(count, () => transcript.added);
  const [atEnd, setAtEnd] = createSignal(true);
  const [problem, setProblem] = createSignal<string>();

  const stand = (end: boolean): void => {
    if (end) part.follow();
    else part.hold();
    setAtEnd(end);
  };
  const toEnd = (): void => {
    stand(true);
    if (place) place.scrollTop = place.scrollHeight;
  };
  const look = (): void => {
    if (!place) return;
    stand(part.to() === count() && place.scrollHeight - place.scrollTop - place.clientHeight < END_PX);
  };
  const shown = (): Element[] => [...(list?.querySelectorAll(':scope > [data-item]') ?? [])];
  /** What is read stays where it is while others come and go around it. */
  const keeping = (item: Element | undefined, change: () => void): void => {
    const top = item?.getBoundingClientRect().top ?? 0;
    change();
    if (place && item?.isConnected === true) place.scrollTop += item.getBoundingClientRect().top - top;
    // Where all of it fits nothing scrolls, and nobody would look again.
    look();
    // The button that was pressed goes with the last that there was to be shown.
    if (document.activeElement === document.body) place?.focus({ preventScroll: true });
  };
  onMount(() => {
    if (!list || !place) return;
    const observer = new ResizeObserver(() => {
      if (atEnd()) toEnd();
    });
    observer.observe(list);
    observer.observe(place);
    onCleanup(() => observer.disconnect());
  });
  createEffect(
    on(
      () => agent.selected()?.id,
      () => {
        setProblem(undefined);
        stand(true);
      },
    ),
  );
  // Whoever says something wants to see it.
  createEffect(
    on(
      () => transcript.runs.at(-1)?.runId,
      () => queueMicrotask(toEnd),
      { defer: true },
    ),
  );
  return {
    ...{ part, count, atEnd, problem, toEnd, look },
    setPlace: (element) => (place = element),
    setList: (element) => (list = element),
    hold(target) {
      if (!(target instanceof Element) || target.closest('[aria-expanded], summary') === null) return;
      stand(false);
      requestAnimationFrame(() => requestAnimationFrame(look));
    },
    async earlier() {
      stand(false);
      setProblem(undefined);
      if (part.from() < STEP) await agent.earlier().catch((error: unknown) => setProblem(messageOf(error)));
      keeping(shown()[0], () => part.up());
    },
    later: () => keeping(shown().at(-1), () => part.down()),
  };
}
