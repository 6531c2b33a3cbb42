import { A, useParams } from '@solidjs/router';
import { createResource, Match, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { Workspace } from './workspace.tsx';

export function WorkspacePage() {
  const api = useApi();
  const params = useParams<{ id: string }>();
  const [opened, { refetch }] = createResource(
    () => params.id,
    async (id) => {
      const [{ project }, tree] = await Promise.all([api.project(id), api.latestTree(id)]);
      return { project, entries: tree.entries };
    },
  );
  return (
    <Switch
      fallback={
        <main class="center">
          <p class="muted" role="status">
            Opening the project…
          </p>
        </main>
      }
    >
      <Match when={opened.error}>
        <main class="center">
          <Notice tone="error" title="The project could not be opened" text={messageOf(opened.error)} action={{ label: 'Try again', run: () => void refetch() }} />
          <A href="/">All projects</A>
        </main>
      </Match>
      <Match when={opened()} keyed>
        {({ project, entries }) => <Workspace project={project} entries={entries} />}
      </Match>
    </Switch>
  );
}
