import { createSignal, For, Show } from 'solid-js';
import type { Question } from '../workbench/feature.ts';
import { moveByArrows } from './change-list.tsx';
import type { SourceControl } from './create-source-control.ts';
import type { Branch } from './read-repository.ts';

/** Branches: the one that the files are of, and what can be done with the others. */
export function BranchSection(props: {
  control: SourceControl;
  confirm: (question: Question) => Promise<boolean>;
  busy: boolean;
}) {
  const [name, setName] = createSignal('');
  const status = () => props.control.status();
  const create = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (name().trim() !== '' && (await props.control.createBranch(name().trim()))) setName('');
  };
  /** Asked about only where git itself refuses: a branch whose commits are all elsewhere goes at once. */
  const remove = async (branch: Branch): Promise<void> => {
    if ((await props.control.deleteBranch(branch.name, false)) !== 'unmerged') return;
    const yes = await props.confirm({
      title: `Delete branch “${branch.name}”?`,
      text: 'It has commits that this branch does not have. They are lost with it.',
      confirm: 'Delete',
      danger: true,
    });
    if (yes) await props.control.deleteBranch(branch.name, true);
  };
  return (
    <details class="source-control-section">
      <summary>
        Branch: <strong>{status()?.branch ?? 'none'}</strong>
        <Show when={distanceOf(status())}>{(text) => <span class="muted"> {text()}</span>}</Show>
      </summary>
      <form class="source-control-line-form" onSubmit={(event) => void create(event)}>
        <input
          type="text"
          aria-label="Name of a new branch"
          placeholder="New branch"
          maxLength={200}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" disabled={props.busy || name().trim() === ''}>
          Create
        </button>
      </form>
      <ul aria-label="Branches" onKeyDown={moveByArrows}>
        <For each={props.control.branches()} fallback={<li class="empty">There is none before the first commit.</li>}>
          {(branch) => (
            <li class="source-control-row">
              <button
                class="quiet source-control-file"
                disabled={props.busy || branch.current}
                aria-current={branch.current ? 'true' : undefined}
                onClick={() => void props.control.switchTo(branch)}
              >
                <span class="source-control-name">
                  <span class="visually-hidden">{branch.current ? 'The files are of ' : 'Switch to '}</span>
                  {branch.current ? `● ${branch.name}` : branch.name}
                </span>
                <span class="muted source-control-folder">{branch.subject}</span>
              </button>
              <Show when={!branch.current}>
                <button
                  class="quiet"
                  disabled={props.busy}
                  aria-label={`Merge ${branch.name} into ${status()?.branch ?? 'the files'}`}
                  onClick={() => void props.control.merge(branch.name)}
                >
                  Merge
                </button>
                <Show when={!branch.remote}>
                  <button
                    class="quiet"
                    disabled={props.busy}
                    aria-label={`Delete branch ${branch.name}`}
                    onClick={() => void remove(branch)}
                  >
                    Delete
                  </button>
                </Show>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </details>
  );
}

/** As of the last fetch. Nothing for a branch that follows none. */
function distanceOf(status: ReturnType<SourceControl['status']>): string | undefined {
  if (status?.upstream === undefined) return undefined;
  const { ahead, behind, upstream } = status;
  const parts = [...(ahead > 0 ? [`${ahead} to push`] : []), ...(behind > 0 ? [`${behind} to pull`] : [])];
  return parts.length === 0 ? `as ${upstream}` : `${parts.join(', ')} (${upstream})`;
}
