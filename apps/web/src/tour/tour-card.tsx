import { createEffect, createSignal, onCleanup, onMount, Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import { stepAfter, TOUR_STEPS } from './tour-steps.ts';

/** Of the window, in CSS pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A card that says what a part of the window is for, and a frame around that part. Escape ends it. */
export function TourCard(props: { onPanel: (panel: string) => void; onEnd: () => void }) {
  const before = document.activeElement;
  const [step, setStep] = createSignal(0);
  const [box, setBox] = createSignal<Box>();
  let card: HTMLDivElement | undefined;
  const shown = () => TOUR_STEPS[step()]!;

  /**
   * The first of the step's elements that is drawn. Where none is, as of a hidden panel, the card has no
   * frame beside it.
   */
  const measure = (): void => {
    const target = shown()
      .at.map((selector) => document.querySelector(selector))
      .find((element) => element !== null && element.getClientRects().length > 0);
    setBox(target?.getBoundingClientRect());
  };
  createEffect(() => {
    const { panel } = shown();
    if (panel !== undefined) props.onPanel(panel);
    // Panels come to the front within a frame or two.
    const frame = requestAnimationFrame(() => requestAnimationFrame(measure));
    onCleanup(() => cancelAnimationFrame(frame));
  });
  onMount(() => {
    addEventListener('resize', measure);
    onCleanup(() => removeEventListener('resize', measure));
    card?.querySelector<HTMLElement>('.primary')?.focus();
  });
  const end = (): void => {
    props.onEnd();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const next = (): void => {
    const after = stepAfter(step());
    if (after === undefined) end();
    else setStep(after);
  };
  return (
    <Portal>
      <Show when={box()}>
        {(around) => (
          <div
            class="tour-frame"
            aria-hidden="true"
            style={{
              left: `${around().left}px`,
              top: `${around().top}px`,
              width: `${around().width}px`,
              height: `${around().height}px`,
            }}
          />
        )}
      </Show>
      <div
        ref={card}
        class="tour-card"
        role="dialog"
        aria-labelledby="tour-title"
        aria-describedby="tour-text"
        onKeyDown={(event) => {
          if (event.key === 'Escape') end();
        }}
      >
        <p class="muted">
          Step {step() + 1} of {TOUR_STEPS.length}
        </p>
        <h2 id="tour-title">{shown().title}</h2>
        <p id="tour-text" aria-live="polite">
          {shown().text}
        </p>
        <div class="row end">
          <button onClick={end}>End the tour</button>
          <button disabled={step() === 0} onClick={() => setStep(step() - 1)}>
            Back
          </button>
          <button class="primary" onClick={next}>
            {stepAfter(step()) === undefined ? 'Done' : 'Next'}
          </button>
        </div>
      </div>
    </Portal>
  );
}
