import Rocket from 'lucide-solid/icons/rocket';
import type { Feature } from '../workbench/feature.ts';
import { late } from '../workbench/late.tsx';
import { buildInTab } from './build-in-tab.ts';
import { createPublisher } from './create-publisher.ts';
import type { BuildHere } from './create-tab-builds.ts';
import { createSiteAdmin } from './create-site-admin.ts';

// A project opens before anybody publishes it.
const PublishPanel = late(async () => (await import('./publish-panel.tsx')).PublishPanel);

/** Builds on the server, and the link that comes of them. */
export const publishFeature: Feature = {
  id: 'publish',
  create: ({ api, project, save, showPanel, confirm, container, control }) => {
    const admin = createSiteAdmin(api, project);
    const publisher = createPublisher(
      api,
      project,
      () => showPanel('publish'),
      () => void admin.reload(),
    );
    /** Undefined without a control port: then every build is the server's. */
    const here: BuildHere | undefined =
      control &&
      ((saved, watch) =>
        buildInTab(
          {
            api,
            projectId: project.id,
            control,
            files: {
              readdir: (path) => container.fs.readdir(path, { withFileTypes: true }),
              readPaths: (paths) => control.readPaths(paths),
            },
            save: saved,
          },
          watch,
        ));
    const publish = (onServer = false): void => {
      showPanel('publish');
      void publisher.publish(save, onServer ? undefined : here);
    };
    return {
      panels: [
        {
          id: 'publish',
          title: 'Publish',
          icon: Rocket,
          component: () => (
            <PublishPanel
              publisher={publisher}
              admin={admin}
              api={api}
              project={project}
              confirm={confirm}
              publish={publish}
            />
          ),
          where: 'bottom',
          order: 30,
        },
      ],
      commands: [
        { id: 'publish', title: () => 'Publish', run: () => publish(), bar: { order: 30, primary: true } },
        { id: 'publish-on-server', title: () => 'Publish: build on the server', run: () => publish(true) },
      ],
      connected: publisher.connected,
    };
  },
};
