import Share2 from 'lucide-solid/icons/share-2';
import { createSignal, lazy, Show, Suspense } from 'solid-js';
import type { Feature } from '../workbench/feature.ts';

// Asked for by few who open a project.
const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

/** Links by which others see the project or take a copy of it. */
export const shareFeature: Feature = {
  id: 'share',
  create: (bench) => {
    const [open, setOpen] = createSignal(false);
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
          <Show when={open()}>
            <ShareDialog bench={bench} onClose={() => setOpen(false)} />
          </Show>
        </Suspense>
      ),
    };
  },
};
