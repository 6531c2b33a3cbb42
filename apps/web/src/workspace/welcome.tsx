import { For, Show } from 'solid-js';
import type { Command } from '../workbench/feature.ts';
import { KeysOf } from '../workbench/keys-of.tsx';

/** The commands by which somebody goes on, in this order. */
const FIRST_STEPS = ['quick-open', 'palette', 'show-files', 'show-shell', 'shortcuts'];

/** What stands where files are, while none is open. */
export function Welcome(props: { commands: readonly Command[] }) {
  const steps = (): Command[] => FIRST_STEPS.flatMap((id) => props.commands.find((command) => command.id === id) ?? []);
  return (
    <div class="welcome">
      <p class="muted">No file is open. Choose one in the tree, or:</p>
      <ul>
        <For each={steps()}>
          {(command) => (
            <li>
              <button class="quiet" onClick={() => command.run()}>
                {command.title()}
              </button>
              <Show when={command.keys}>{(keys) => <KeysOf binding={keys()} />}</Show>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
