import Rocket from 'lucide-solid/icons/rocket';
import type { Feature } from '../workbench/feature.ts';
import { createPublisher } from './create-publisher.ts';
import { createSiteAdmin } from './create-site-admin.ts';
import { PublishPanel } from './publish-panel.tsx';

/** Builds on the server, and the link that comes of them. */
export const publishFeature: Feature = {
  id: 'publish',
  create: ({ api, project, save, showPanel, confirm }) => {
    const admin = createSiteAdmin(api, project);
    const publisher = createPublisher(
      api,
      project,
      () => showPanel('publish'),
      () => void admin.reload(),
    );
    const publish = (): void => {
      showPanel('publish');
      void publisher.publish(save);
    };
    return {
      panels: [
        {
          id: 'publish',
          title: 'Publish',
          icon: Rocket,
          component: () => <PublishPanel publisher={publisher} admin={admin} project={project} confirm={confirm} />,
          where: 'bottom',
          order: 30,
        },
      ],
      commands: [{ id: 'publish', title: () => 'Publish', run: publish, bar: { order: 30, primary: true } }],
      connected: publisher.connected,
    };
  },
};
