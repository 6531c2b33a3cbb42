import Pencil from 'lucide-solid/icons/pencil';
import Plus from 'lucide-solid/icons/plus';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, Show } from 'solid-js';
import type { Agent } from './create-agent.ts';

/** Which session is looked at; a new one, another name for it, and its end. */
export function SessionBar(props: { agent: Agent; onNew: () => void }) {
  const [renaming, setRenaming] = createSignal<string>();
  let rename: HTMLButtonElement | undefined;
  const selected = () => props.agent.selected();
  // Called once for both: leaving the field after Enter finds nothing to be renamed.
  const finish = async (keep: boolean): Promise<void> => {
    const title = renaming();
    setRenaming(undefined);
    queueMicrotask(() => rename?.focus());
    if (keep && title !== undefined) await props.agent.rename(title);
  };
  return (
    <div class="agent-bar">
      <Show
        when={renaming() === undefined}
        fallback={
          <input
            ref={(field) => queueMicrotask(() => (field.focus(), field.select()))}
            type="text"
            aria-label="Title of the session"
            maxLength={200}
            value={renaming()}
            onInput={(event) => setRenaming(event.currentTarget.value)}
            onBlur={() => renaming() !== undefined && void finish(true)}
            onKeyDown={(event) => {
              if (event.isComposing) return;
              if (event.key !== 'Enter' && event.key !== 'Escape') return;
              // The key is not the button's, which has the keyboard next.
              event.preventDefault();
              void finish(event.key === 'Enter');
            }}
          />
        }
      >
        <select
          aria-label="Session"
          onChange={(event) =>
            props.agent.select(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
          }
        >
          <option value="" selected={selected() === undefined}>
            New session
          </option>
          <For each={props.agent.sessions()}>
            {(session) => (
              <option value={session.id} selected={session.id === selected()?.id}>
                {session.title}
              </option>
            )}
          </For>
        </select>
      </Show>
      <button class="icon-button" aria-label="New session" title="New session" onClick={() => props.onNew()}>
        <Plus size={16} />
      </button>
      <button
        ref={rename}
        class="icon-button"
        aria-label="Rename the session"
        title="Rename the session"
        disabled={selected() === undefined}
        onClick={() => setRenaming(selected()?.title)}
      >
        <Pencil size={14} />
      </button>
      <button
        class="icon-button"
        aria-label="Delete the session"
        title="Delete the session"
        disabled={selected() === undefined}
        onClick={() => void props.agent.remove()}
      >
        <Trash size={14} />
      </button>
    </div>
  );
}
