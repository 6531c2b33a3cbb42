import X from 'lucide-solid/icons/x';
import { createSignal, lazy, Show, Suspense } from 'solid-js';
import { createChoice } from '../shell/create-choice.ts';
import type { Feature } from '../workbench/feature.ts';
import './tour.css';

// Few take it twice.
const TourCard = lazy(async () => ({ default: (await import('./tour-card.tsx')).TourCard }));

/** Five steps through the workbench, offered once in the bar at the bottom, and a command from then on. */
export const tourFeature: Feature = {
  id: 'tour',
  create({ showPanel }) {
    const [known, setKnown] = createChoice('slipway.tour-known');
    const [taken, setTaken] = createSignal(false);
    const take = (): void => {
      setKnown(true);
      setTaken(true);
    };
    return {
      commands: [{ id: 'tour', title: () => 'Take the tour', category: 'View', run: take }],
      foot: () => (
        <>
          <Show when={!known()}>
            <span class="tour-offer">
              <button class="quiet" onClick={take}>
                New here? Take the tour
              </button>
              <button class="icon-button" aria-label="No tour" onClick={() => setKnown(true)}>
                <X size={12} />
              </button>
            </span>
          </Show>
          <Suspense>
            <Show when={taken()}>
              <TourCard onPanel={(panel) => showPanel(panel)} onEnd={() => setTaken(false)} />
            </Show>
          </Suspense>
        </>
      ),
    };
  },
};
