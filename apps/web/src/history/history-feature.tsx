import { onCleanup } from 'solid-js';
import Clock from 'lucide-solid/icons/clock';
import type { Feature } from '../workbench/feature.ts';
import { late } from '../workbench/late.tsx';
import { createTimeline } from './create-timeline.ts';

// A project opens before anybody looks back.
const TimelinePanel = late(async () => (await import('./timeline-panel.tsx')).TimelinePanel);

/** Another device's save is noticed by the project's own event. */
export const historyFeature: Feature = {
  id: 'history',
  create: ({ api, project, save, pull, device, confirm, toast, showPanel }) => {
    const timeline = createTimeline({ api, projectId: project.id, save, pull, device });
    const follower = api.events({
      onConnected: () => undefined,
      onEvent(event) {
        if (event.type === 'project' && event.projectId === project.id) timeline.hear();
      },
    });
    onCleanup(() => follower.stop());
    return {
      panels: [
        {
          id: 'timeline',
          title: 'Timeline',
          icon: Clock,
          component: () => <TimelinePanel timeline={timeline} confirm={confirm} toast={toast} />,
          where: 'bottom',
          order: 40,
          stays: true,
        },
      ],
      commands: [
        {
          id: 'timeline',
          title: () => 'Show the timeline',
          category: 'View',
          run: () => showPanel('timeline', { focus: true }),
        },
      ],
    };
  },
};
