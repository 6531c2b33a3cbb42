import { A, useNavigate } from '@solidjs/router';
import type { Project, Template } from '@slipway/contracts';
import { runtimeOrigin } from '@slipway/wire';
import { createResource, createSignal, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { OfflinePage } from '../offline/offline-page.tsx';
import { UserMenu } from '../people/user-menu.tsx';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import { Notice } from '../shell/notice.tsx';
import { createProjectActions } from './create-project-actions.ts';
import { ImportForm } from './import-form.tsx';
import { NewProjectForm } from './new-project-form.tsx';
import { ProjectList } from './project-list.tsx';

/** The list of projects, or what there is of it while no server answers. */
export function ProjectsPage() {
  return useApi().isOffline() ? (
    <OfflinePage
      title="The server cannot be reached"
      text="You are offline, or it is not running. Your projects are listed when it answers again."
    />
  ) : (
    <AllProjects />
  );
}

/** The first page that a person sees. After a deletion it also clears what this browser keeps of the project. */
function AllProjects() {
  const api = useApi();
  const navigate = useNavigate();
  const [projects, { refetch, mutate }] = createResource(() => api.projects());
  const [templates, { refetch: refetchTemplates }] = createResource(() => api.templates());
  const [failure, setFailure] = createSignal<string>();

  const [doomed, setDoomed] = createSignal<Project>();

  /** No list to be changed after it: the page is left for the new project. */
  const create = async (name: string, template: Template): Promise<void> => {
    try {
      const { project } = await api.createProject({ name, template: template.id });
      navigate(`/projects/${project.id}`);
    } catch (error) {
      setFailure(messageOf(error));
    }
  };

  const actions = createProjectActions(
    api,
    { read: () => projects() ?? [], change: (next) => mutate((list) => [...next(list ?? [])]) },
    (id) => navigate(`/projects/${id}`),
  );

  const remove = async (project: Project): Promise<void> => {
    setDoomed(undefined);
    try {
      await api.deleteProject(project.id);
      api.known.forget(project.id);
      mutate((list) => list?.filter((other) => other.id !== project.id));
      const { clearOrigin } = await import('../kept/ask-origin.ts');
      await clearOrigin(runtimeOrigin(await api.config(), project.containerId)).catch((error: unknown) =>
        console.warn('What this browser keeps of the project stays:', error),
      );
    } catch (error) {
      setFailure(messageOf(error));
    }
  };

  return (
    <main class="projects">
      <header class="page-head">
        <img src="/favicon.svg" alt="" width="36" height="36" />
        <div>
          <h1>Slipway</h1>
          <p class="muted">
            Build in your browser tab. Publish with a link. <A href="/usage">Usage</A>
          </p>
        </div>
        <span class="grow" />
        <UserMenu />
      </header>
      <Show when={failure() ?? actions.doing.failure()}>
        {(message) => (
          <Notice
            tone="error"
            title="That did not work"
            text={message()}
            action={{ label: 'Dismiss', run: () => void (setFailure(undefined), actions.doing.forget()) }}
          />
        )}
      </Show>

      <section aria-labelledby="new-project">
        <h2 id="new-project">New project</h2>
        <Switch>
          <Match when={templates.error}>
            <Notice
              tone="error"
              title="The templates could not be read"
              text={messageOf(templates.error)}
              action={{ label: 'Try again', run: () => void refetchTemplates() }}
            />
          </Match>
          <Match when={templates()}>{(list) => <NewProjectForm templates={list()} onCreate={create} />}</Match>
        </Switch>
        <ImportForm actions={actions} />
      </section>

      <section aria-labelledby="your-projects">
        <h2 id="your-projects">Your projects</h2>
        <Switch fallback={<p class="muted">Loading…</p>}>
          <Match when={projects.error}>
            <Notice
              tone="error"
              title="Your projects could not be read"
              text={messageOf(projects.error)}
              action={{ label: 'Try again', run: () => void refetch() }}
            />
          </Match>
          <Match when={projects()}>
            {(list) => (
              <ProjectList
                projects={list()}
                busy={actions.doing.busy()}
                onRename={(project, name) => void actions.rename(project, name)}
                onDuplicate={(project) => void actions.duplicate(project)}
                onDelete={setDoomed}
              />
            )}
          </Match>
        </Switch>
      </section>
      <Show when={doomed()} keyed>
        {(project) => (
          <ConfirmDialog
            title={`Delete “${project.name}”?`}
            text="Its files, snapshots and published builds are deleted. Links to them stop working."
            confirm="Delete"
            onAnswer={(yes) => (yes ? void remove(project) : setDoomed(undefined))}
          />
        )}
      </Show>
    </main>
  );
}
