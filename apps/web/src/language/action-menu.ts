import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, showTooltip, type Tooltip } from '@codemirror/view';

/** Something that can be done at a place of a text. */
export interface MenuItem {
  readonly title: string;
  run(): void;
}

/** Shows another one, or with null none; an edit or a moved cursor closes it as well. */
const setMenu = StateEffect.define<Tooltip | null>();

/** A menu at the cursor; one per text. */
export const actionMenu: Extension = StateField.define<Tooltip | null>({
  create: () => null,
  update(menu, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMenu)) return effect.value;
    // What it offers was of another text, or of another place.
    return transaction.docChanged || transaction.selection !== undefined ? null : menu;
  },
  provide: (field) => showTooltip.from(field),
});

/** Shows a menu below the cursor, with the keyboard in it. Escape or a click elsewhere closes it. */
export function openActionMenu(view: EditorView, label: string, items: readonly MenuItem[]): void {
  view.dispatch({ effects: setMenu.of(menuTooltip(view.state, label, items)) });
}

/**
 * The WAI-ARIA menu pattern: arrows go round, Home and End jump, and Tab is left to take the focus out, which
 * closes it. Keys do not reach the text below, where an arrow would move the cursor.
 */
function menuTooltip({ selection }: EditorState, label: string, items: readonly MenuItem[]): Tooltip {
  return {
    pos: selection.main.head,
    above: false,
    create(view) {
      const dom = document.createElement('div');
      dom.className = 'action-menu';
      dom.setAttribute('role', 'menu');
      dom.setAttribute('aria-label', label);
      const close = (): void => view.dispatch({ effects: setMenu.of(null) });
      const buttons = items.map((item) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.setAttribute('role', 'menuitem');
        button.tabIndex = -1;
        button.textContent = item.title;
        button.addEventListener('click', () => {
          close();
          view.focus();
          item.run();
        });
        return button;
      });
      dom.append(...buttons);
      const move = (by: number): void => {
        const at = buttons.findIndex((button) => button === document.activeElement);
        buttons[(at + by + buttons.length) % buttons.length]?.focus();
      };
      dom.addEventListener('keydown', (event) => {
        if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else if (event.key === 'Home') buttons[0]?.focus();
        else if (event.key === 'End') buttons.at(-1)?.focus();
        else if (event.key === 'Escape') {
          close();
          view.focus();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      });
      dom.addEventListener('focusout', ({ relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || !dom.contains(relatedTarget)) queueMicrotask(close);
      });
      return { dom, mount: () => buttons[0]?.focus() };
    },
  };
}
