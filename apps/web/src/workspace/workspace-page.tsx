import { A, useParams } from '@solidjs/router';
import { createResource, Match, Switch } from 'solid-js';
import { ApiError, messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { NoSuchProject } from '../errors/no-such-project.tsx';
import { Notice } from '../shell/notice.tsx';
import { Workspace } from './workspace.tsx';

/** Answers `/projects/:id`; another id is another workspace, built anew. */
export function WorkspacePage() {
  const api = useApi();
  const params = useParams<{ id: string }>();
  const [opened, { refetch }] = createResource(
    () => params.id,
    (id) => api.openProject(id),
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
      <Match when={isMissing(opened.error)}>
        <NoSuchProject />
      </Match>
      <Match when={opened.error}>
        <main class="center">
          <Notice
            alone
            tone="error"
            title="The project could not be opened"
            text={messageOf(opened.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
          <A href="/">All projects</A>
        </main>
      </Match>
      <Match when={opened()} keyed>
        {(found) => <Workspace {...found} />}
      </Match>
    </Switch>
  );
}

/** No project has this id, or the address holds none. */
function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'PROJECT_NOT_FOUND' || error.code === 'NOT_FOUND');
}
