import * as ContextMenu from '@kobalte/core/context-menu';
import { For, type JSX, Show } from 'solid-js';
import type { FilesControl } from './create-files-panel.ts';

/** One line of the menu; `keys` are shown and do the same with the focus in the tree. */
interface MenuItem {
  readonly title: string;
  readonly keys?: string;
  readonly run: () => void;
  readonly disabled?: boolean;
}

/**
 * What is around the tree with the menu of what is chosen in it: by right click, long press, Shift-F10 and the menu
 * key.
 */
export function RowMenu(props: {
  readonly control: FilesControl;
  readonly onUpload: (kind: 'files' | 'folder') => void;
  /** Before the menu opens: what it is about. */
  readonly onAim: (event: MouseEvent) => void;
  /** The focus goes back into the tree. */
  readonly onClosed: () => void;
  readonly children: JSX.Element;
}) {
  /**
   * In this order on the screen, with a line between groups. The keys are only shown here; the tree has the
   * handlers.
   */
  const groups = (): readonly (readonly MenuItem[])[] => {
    const { control } = props;
    const focused = control.tree.state().focused;
    const nothing = focused === undefined;
    return [
      [
        {
          title: 'Open',
          keys: 'Enter',
          run: () => focused !== undefined && control.activate(focused),
          disabled: nothing,
        },
        { title: 'New file…', run: () => control.startNew('file') },
        { title: 'New folder…', run: () => control.startNew('folder') },
      ],
      [
        { title: 'Cut', keys: 'Ctrl+X', run: () => control.cut(), disabled: nothing },
        { title: 'Copy', keys: 'Ctrl+C', run: () => control.copy(), disabled: nothing },
        { title: 'Paste', keys: 'Ctrl+V', run: () => control.paste(), disabled: control.clipboard() === undefined },
        { title: 'Duplicate', run: () => control.duplicate(), disabled: nothing },
      ],
      [
        { title: 'Upload files…', run: () => props.onUpload('files') },
        { title: 'Upload folder…', run: () => props.onUpload('folder') },
        { title: 'Download', run: () => control.download(), disabled: nothing },
      ],
      [
        { title: 'Rename…', keys: 'F2', run: () => control.startRename(), disabled: nothing },
        { title: 'Delete', keys: 'Delete', run: () => control.remove(), disabled: nothing },
      ],
    ];
  };
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger class="files-menu-trigger" onContextMenu={(event: MouseEvent) => props.onAim(event)}>
        {props.children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          class="files-menu"
          aria-label="Actions on files"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            props.onClosed();
          }}
        >
          <For each={groups()}>
            {(group, at) => (
              <>
                <Show when={at() > 0}>
                  <ContextMenu.Separator class="files-menu-line" />
                </Show>
                <For each={group}>
                  {(item) => (
                    <ContextMenu.Item
                      class="files-menu-item"
                      textValue={item.title}
                      aria-keyshortcuts={item.keys?.replace('Ctrl', 'Control')}
                      disabled={item.disabled === true}
                      onSelect={() => void item.run()}
                    >
                      <span>{item.title}</span>
                      <Show when={item.keys}>
                        {(keys) => (
                          <kbd class="files-menu-keys" aria-hidden="true">
                            {keys()}
                          </kbd>
                        )}
                      </Show>
                    </ContextMenu.Item>
                  )}
                </For>
              </>
            )}
          </For>
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
