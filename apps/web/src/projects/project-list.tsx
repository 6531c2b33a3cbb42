import type { Project } from '@slipway/contracts';
import { createMemo, createSignal, For, Show } from 'solid-js';
import { arrangeProjects, PROJECT_ORDERS, type ProjectOrder } from './arrange-projects.ts';
import { ProjectCard } from './project-card.tsx';

/** It asks nothing: what deleting means is asked about by the page. */
export function ProjectList(props: {
  projects: readonly Project[];
  busy: boolean;
  onRename: (project: Project, name: string) => void;
  onDuplicate: (project: Project) => void;
  onDelete: (project: Project) => void;
}) {
  const [search, setSearch] = createSignal('');
  const [order, setOrder] = createSignal<ProjectOrder>('saved');
  const arranged = createMemo(() => arrangeProjects(props.projects, { search: search(), order: order() }));
  return (
    <Show when={props.projects.length > 0} fallback={<p class="empty">Nothing here yet. Choose a template above.</p>}>
      <div class="row project-tools">
        <input
          type="search"
          aria-label="Search your projects"
          placeholder="Search"
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <label>
          Order{' '}
          <select
            onChange={({ currentTarget }) =>
              setOrder(PROJECT_ORDERS.find(({ order: known }) => known === currentTarget.value)?.order ?? 'saved')
            }
          >
            <For each={PROJECT_ORDERS}>{(each) => <option value={each.order}>{each.title}</option>}</For>
          </select>
        </label>
      </div>
      <ul class="cards" aria-label="Your projects">
        <For each={arranged()} fallback={<li class="empty">No project has these words in its name.</li>}>
          {(project) => (
            <ProjectCard
              project={project}
              busy={props.busy}
              onRename={(name) => props.onRename(project, name)}
              onDuplicate={() => props.onDuplicate(project)}
              onDelete={() => props.onDelete(project)}
            />
          )}
        </For>
      </ul>
    </Show>
  );
}
