import Minus from 'lucide-solid/icons/minus';
import Plus from 'lucide-solid/icons/plus';
import Undo2 from 'lucide-solid/icons/undo-2';
import { createMemo, type Component, For, Show } from 'solid-js';
import type { ChangedFile } from './parse-status.ts';

/** Something that can be done with one file, or with all of a list. */
export interface RowAction {
  readonly id: 'stage' | 'unstage' | 'discard';
  /** Before the name of a file: "Stage". */
  readonly label: string;
  run(files: readonly ChangedFile[]): void;
}

const ICONS: Readonly<Record<RowAction['id'], Component<{ size?: number }>>> = {
  stage: Plus,
  unstage: Minus,
  discard: Undo2,
};
/** A longer list is not read by anybody, and slow to draw. */
const MOST_ROWS = 500;

/** Changed files, with what can be done with each. Arrow keys go from one to the next. */
export function ChangeList(props: {
  title: string;
  files: readonly ChangedFile[];
  actions: readonly RowAction[];
  busy: boolean;
  empty?: string;
  onOpen: (file: ChangedFile) => void;
}) {
  const shown = createMemo(() => props.files.slice(0, MOST_ROWS));
  return (
    <section aria-label={props.title}>
      <header class="source-control-head">
        <h2>
          {props.title} <span class="muted">{props.files.length}</span>
        </h2>
        <Show when={props.files.length > 0}>
          <For each={props.actions}>
            {(action) => (
              <button
                class="icon-button"
                disabled={props.busy}
                aria-label={action.id === 'discard' ? 'Discard all changes' : `${action.label} all`}
                title={action.id === 'discard' ? 'Discard all changes' : `${action.label} all`}
                onClick={() => action.run(props.files)}
              >
                {ICONS[action.id]({ size: 16 })}
              </button>
            )}
          </For>
        </Show>
      </header>
      <Show when={props.files.length > 0} fallback={<p class="empty">{props.empty}</p>}>
        <ul aria-label={props.title} onKeyDown={moveByArrows}>
          <For each={shown()}>
            {(file) => (
              <li class="source-control-row">
                <button
                  class="quiet source-control-file"
                  title={file.from === undefined ? file.path : `${file.from} → ${file.path}`}
                  onClick={() => props.onOpen(file)}
                >
                  <span class={`source-control-kind ${file.kind}`} role="img" aria-label={file.kind}>
                    {file.kind.charAt(0).toUpperCase()}
                  </span>
                  <span class="source-control-name">{nameOf(file.path)}</span>
                  <span class="muted source-control-folder">{folderOf(file.path)}</span>
                </button>
                <For each={props.actions}>
                  {(action) => (
                    <button
                      class="icon-button"
                      disabled={props.busy}
                      aria-label={`${action.label} ${file.path}`}
                      title={action.label.replace(/ of$/, '')}
                      onClick={() => action.run([file])}
                    >
                      {ICONS[action.id]({ size: 16 })}
                    </button>
                  )}
                </For>
              </li>
            )}
          </For>
        </ul>
        <Show when={props.files.length > MOST_ROWS}>
          <p class="muted">{`… and ${props.files.length - MOST_ROWS} more`}</p>
        </Show>
      </Show>
    </section>
  );
}

/** Up and down within a list, from a file to the file beside it. */
export function moveByArrows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const row = (event.target as Element).closest('li');
  if (step === undefined || row === null) return;
  const next = step === 1 ? row.nextElementSibling : row.previousElementSibling;
  const button = next?.querySelector('button');
  if (button === null || button === undefined) return;
  event.preventDefault();
  button.focus();
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
