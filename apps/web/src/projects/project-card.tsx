import { A } from '@solidjs/router';
import type { Project } from '@slipway/contracts';
import { createSignal, onMount, Show } from 'solid-js';

/** One project of the list, and what can be done with it as a whole. */
export function ProjectCard(props: {
  project: Project;
  busy: boolean;
  onRename: (name: string) => void;
  onDuplicate: () => void;
  onDelete: () => void;
}) {
  const [renaming, setRenaming] = createSignal(false);
  let renameButton: HTMLButtonElement | undefined;
  const end = (name?: string): void => {
    setRenaming(false);
    if (name !== undefined && name !== '' && name !== props.project.name) props.onRename(name);
    queueMicrotask(() => renameButton?.focus());
  };
  return (
    <li class="card project-card">
      <Show
        when={!renaming()}
        fallback={<NameForm name={props.project.name} onDone={(name) => end(name)} onCancel={() => end()} />}
      >
        <A href={`/projects/${props.project.id}`} class="card-link">
          {props.project.name}
        </A>
      </Show>
      <p class="muted">
        {props.project.template ?? 'empty'} · saved {ago(props.project.updatedAt)}
      </p>
      <div class="row end">
        <button
          ref={renameButton}
          class="quiet"
          aria-label={`Rename ${props.project.name}`}
          disabled={props.busy}
          onClick={() => setRenaming(true)}
        >
          Rename
        </button>
        <button
          class="quiet"
          aria-label={`Duplicate ${props.project.name}`}
          disabled={props.busy}
          onClick={() => props.onDuplicate()}
        >
          Duplicate
        </button>
        <button class="quiet" aria-label={`Delete ${props.project.name}`} onClick={() => props.onDelete()}>
          Delete
        </button>
      </div>
    </li>
  );
}

/** Enter gives the name, Escape keeps the old one. */
function NameForm(props: { name: string; onDone: (name: string) => void; onCancel: () => void }) {
  let input: HTMLInputElement | undefined;
  onMount(() => input?.select());
  return (
    <form
      class="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        props.onDone(input?.value.trim() ?? '');
      }}
    >
      <input
        ref={input}
        aria-label={`New name of ${props.name}`}
        maxLength={100}
        value={props.name}
        onKeyDown={(event) => event.key === 'Escape' && props.onCancel()}
      />
      <button>Save</button>
    </form>
  );
}

/** How long ago a moment in microseconds was, for people. */
function ago(micros: number): string {
  const minutes = Math.round((Date.now() - micros / 1000) / 60_000);
  if (minutes < 1) return 'just now';
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 60 * 24) return format.format(-Math.round(minutes / 60), 'hour');
  return format.format(-Math.round(minutes / 60 / 24), 'day');
}
