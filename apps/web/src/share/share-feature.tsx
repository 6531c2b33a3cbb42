import Share2 from 'lucide-solid/icons/share-2';
import { createSignal, lazy, Show, Suspense } from 'solid-js';
import { createLive } from '../live/create-live.ts';
import type { Feature } from '../workbench/feature.ts';

// Asked for by few who open a project.
const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

/** Links by which others see the project or take a copy of it. */
export const shareFeature: Feature = {
  id: 'share',
  create: (bench) => {
    const [open, setOpen] = createSignal(false);
    const live = createLive(bench);
    const served = (): number => [...live.states().values()].filter(({ name }) => name !== 'ended').length;
    return {
      commands: [
        {
          id: 'share',
          title: () => 'Share',
          category: 'Project',
          icon: Share2,
          run: () => setOpen(true),
          bar: { order: 25 },
        },
      ],
      status: () => (
        <Suspense>
          <Show when={served() > 0}>
            <span class="muted" role="status">
              Live
            </span>
          </Show>
          <Show when={open()}>
            <ShareDialog bench={bench} live={live} onClose={() => setOpen(false)} />
          </Show>
        </Suspense>
      ),
    };
  },
};
