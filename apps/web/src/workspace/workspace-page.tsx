import { A, useParams } from '@solidjs/router';
import { createResource, Match, Switch } from 'solid-js';
import { ApiError, messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import type { Api } from '../api/create-api.ts';
import { NoSuchProject } from '../errors/no-such-project.tsx';
import { OfflinePage } from '../offline/offline-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { Workspace } from './workspace.tsx';

const NOT_HERE =
  'The server cannot be reached, and the project was not opened here before. ' +
  'Open it once while you are online: from then on it opens without a network too.';

/** Answers `/projects/:id`; another id is another workspace, built anew. */
export function WorkspacePage() {
  const api = useApi();
  const params = useParams<{ id: string }>();
  const [opened, { refetch }] = createResource(
    () => params.id,
    (id) => (api.isOffline() ? openKnown(api, id) : api.openProject(id)),
  );
  const found = () => {
    const now = opened();
    return now === 'unknown' ? undefined : now;
  };
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
      {/* Errors first: a resource that failed throws when it is read. */}
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
      <Match when={opened() === 'unknown'}>
        <OfflinePage title="This project is not in this browser" text={NOT_HERE} />
      </Match>
      <Match when={found()} keyed>
        {(project) => <Workspace {...project} />}
      </Match>
    </Switch>
  );
}

/** What this browser knows of the project; its files are in its container's folder. */
function openKnown(api: Api, id: string): Awaited<ReturnType<Api['openProject']>> | 'unknown' {
  const known = api.known.find(id);
  return known === undefined ? 'unknown' : { project: known.project, entries: [], commit: null };
}

/** No project has this id, or the address holds none. */
function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'PROJECT_NOT_FOUND' || error.code === 'NOT_FOUND');
}
