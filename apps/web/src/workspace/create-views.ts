import { type Accessor, createSignal } from 'solid-js';
import type { DockTab } from '../workbench/dock-tab.ts';
import type { View } from '../workbench/feature.ts';

/** More tabs than this nobody finds again: the oldest goes. */
const MOST_VIEWS = 20;

/** The tabs in the middle that are no files. */
export interface Views {
  readonly tabs: Accessor<readonly DockTab[]>;
  /** Shows the tab with this id, which is made where there is none. */
  open(view: View): void;
}

/** `show` brings a tab to the front. */
export function createViews(show: (id: string) => void): Views {
  const [tabs, setTabs] = createSignal<readonly DockTab[]>([]);
  const close = (id: string): void => void setTabs((now) => now.filter((tab) => tab.id !== id));
  return {
    tabs,
    open({ id, title, hint, component }) {
      const known = tabs().some((tab) => tab.id === id);
      const tab: DockTab = {
        id,
        title: () => title,
        ...(hint === undefined ? {} : { hint: () => hint }),
        where: 'center',
        order: 0,
        body: component,
        eager: false,
        stays: false,
        close: () => close(id),
      };
      if (!known) setTabs((now) => [...now, tab].slice(-MOST_VIEWS));
      show(id);
    },
  };
}
