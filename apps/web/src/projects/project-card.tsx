import { A } from '@solidjs/router';
import type { Project } from '@slipway/contracts';

export function ProjectCard(props: { project: Project; onDelete: () => void }) {
  return (
    <li class="card project-card">
      <A href={`/projects/${props.project.id}`} class="card-link">
        {props.project.name}
      </A>
      <p class="muted">
        {props.project.template ?? 'empty'} · saved {ago(props.project.updatedAt)}
      </p>
      <button class="quiet" aria-label={`Delete ${props.project.name}`} onClick={() => props.onDelete()}>
        Delete
      </button>
    </li>
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
