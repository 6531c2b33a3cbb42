import * as Dialog from '@kobalte/core/dialog';
import X from 'lucide-solid/icons/x';
import { For } from 'solid-js';
import type { Command } from '../feature.ts';
import { KeysOf } from '../keys-of.tsx';
import './palette.css';

/** Keys that no command of the table has: the editor's and the tabs' own. */
const OTHERS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Text',
    [
      ['Indent', 'Tab'],
      ['Indent less', 'Shift-Tab'],
      ['Leave the text', 'Escape Tab'],
      ['Undo', 'Mod-z'],
      ['Find and replace', 'Mod-f'],
      ['Find the next', 'F3'],
      ['Comment out', 'Mod-/'],
      ['Select the next of these', 'Mod-d'],
      ['A cursor above or below', 'Mod-Alt-ArrowUp Mod-Alt-ArrowDown'],
      ['Fold, unfold', 'Mod-Shift-[ Mod-Shift-]'],
      ['Move the line', 'Alt-ArrowUp Alt-ArrowDown'],
    ],
  ],
  [
    'Tabs',
    [
      ['Choose the tab beside it', 'ArrowLeft ArrowRight'],
      ['Close the tab', 'Delete'],
      ['What can be done with a tab', 'Shift-F10'],
      ['Messages', 'F8'],
    ],
  ],
];

/** Every key of the workbench, from the table of commands. */
export function Shortcuts(props: { commands: readonly Command[]; onClose: () => void }) {
  const categories = (): readonly (readonly [string, readonly (readonly [string, string])[]])[] => {
    const bound = new Map<string, [string, string][]>();
    for (const { category = 'Project', keys, title } of props.commands)
      if (keys !== undefined) bound.set(category, [...(bound.get(category) ?? []), [title(), keys]]);
    return [...bound, ...OTHERS];
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="overlay-place">
          <Dialog.Content class="dialog shortcuts">
            <header class="row">
              <Dialog.Title class="grow">Keyboard shortcuts</Dialog.Title>
              <Dialog.CloseButton class="icon-button" aria-label="Close">
                <X size={16} />
              </Dialog.CloseButton>
            </header>
            {/* Scrolls by keyboard where it does not fit. */}
            <div class="shortcuts-columns" tabindex={0} role="region" aria-label="All shortcuts">
              <For each={categories()}>
                {([category, keys]) => (
                  <section>
                    <h3>{category}</h3>
                    <dl>
                      <For each={keys}>
                        {([title, binding]) => (
                          <>
                            <dt>{title}</dt>
                            <dd>
                              <For each={binding.split(' ')}>{(each) => <KeysOf binding={each} />}</For>
                            </dd>
                          </>
                        )}
                      </For>
                    </dl>
                  </section>
                )}
              </For>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
