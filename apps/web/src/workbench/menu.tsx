import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import { createSignal, For, Show } from 'solid-js';
import type { Command } from './feature.ts';
import { KeysOf } from './keys-of.tsx';

/** The menu in the bar: the commands for which there is no button. */
export function MoreMenu(props: { commands: readonly Command[] }) {
  const [at, setAt] = createSignal<MenuAt>();
  const open = (button: HTMLElement): void => {
    const { left, bottom } = button.getBoundingClientRect();
    setAt({ x: left, y: bottom, label: 'More', commands: props.commands });
  };
  return (
    <>
      <button
        class="icon-button"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={at() !== undefined}
        onClick={(event) => open(event.currentTarget)}
      >
        <Ellipsis size={18} />
      </button>
      <Show when={at()} keyed>
        {(place) => <ContextMenu at={place} onClose={() => setAt(undefined)} />}
      </Show>
    </>
  );
}

/** In pixels of the window; `label` is for screen readers. */
export interface MenuAt {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly commands: readonly Command[];
}

/** A menu at a place of the page: of a tab, by its second mouse button or Shift-F10. */
export function ContextMenu(props: { at: MenuAt; onClose: () => void }) {
  return (
    <DropdownMenu.Root
      open
      modal={false}
      onOpenChange={(open) => !open && props.onClose()}
      getAnchorRect={() => ({ x: props.at.x, y: props.at.y, width: 0, height: 0 })}
      placement="bottom-start"
    >
      <DropdownMenu.Content class="menu" aria-label={props.at.label}>
        <MenuItems commands={props.at.commands} />
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

/** What has nothing to do now is left out, not shown in grey. */
function MenuItems(props: { commands: readonly Command[] }) {
  return (
    <For each={props.commands.filter(({ when }) => when?.() ?? true)}>
      {(command) => (
        // Until the keyboard is back where it was: the command may want it elsewhere.
        <DropdownMenu.Item class="menu-item" onSelect={() => setTimeout(() => command.run())}>
          <span class="grow">{command.title()}</span>
          <Show when={command.keys}>{(keys) => <KeysOf binding={keys()} />}</Show>
        </DropdownMenu.Item>
      )}
    </For>
  );
}
