import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import { createTimeline, type TimelineParts } from './create-timeline.ts';

it('UX-17 that nothing was saved is known when the saves have been read, and not before', async () => {
  let away = true;
  const api = {
    history: async () => {
      if (away) throw new Error('The server does not answer');
      return { snapshots: [], next: null };
    },
    checkpoints: async () => ({ checkpoints: [] }),
  } as unknown as TimelineParts['api'];
  const never = () => Promise.reject(new Error('nobody asked for it'));
  const { timeline, dispose } = createRoot((dispose) => ({
    timeline: createTimeline({ api, projectId: 'p', save: never, pull: never, device: never }),
    dispose,
  }));
  await timeline.reload();
  expect([timeline.isRead(), timeline.problem()]).toEqual([false, 'The server does not answer']);
  away = false;
  await timeline.reload();
  expect([timeline.isRead(), timeline.problem(), timeline.entries()]).toEqual([true, undefined, []]);
  dispose();
});
