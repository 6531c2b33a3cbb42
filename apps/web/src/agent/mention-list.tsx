import { createEffect, For, Show } from 'solid-js';
import { countOf } from '../shell/count-of.ts';
import type { Mentions } from './create-mentions.ts';

/** Files to choose from; the keyboard stays where the words are. */
export function MentionList(props: { mentions: Mentions; onChoose: (path: string) => void }) {
  createEffect(() => {
    if (props.mentions.choices().length === 0) return;
    document.getElementById(`agent-mention-${props.mentions.marked()}`)?.scrollIntoView({ block: 'nearest' });
  });
  const told = (): string => {
    const [first, ...others] = props.mentions.choices();
    return first === undefined ? '' : `${countOf(others.length + 1, 'file')} to choose from, ${first} first`;
  };
  return (
    <>
      <Show when={props.mentions.choices().length > 0}>
        <ul id="agent-mentions" class="agent-mentions" role="listbox" aria-label="Files">
          <For each={props.mentions.choices()}>
            {(path, at) => (
              <li
                id={`agent-mention-${at()}`}
                role="option"
                aria-selected={props.mentions.marked() === at()}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => props.onChoose(path)}
              >
                {path}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p class="visually-hidden" role="status">
        {told()}
      </p>
    </>
  );
}
