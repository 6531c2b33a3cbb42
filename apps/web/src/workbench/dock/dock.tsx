import { createDockview, type DockviewApi, type SerializedDockview } from 'dockview-core';
import { createEffect, createRoot, getOwner, on, onCleanup, onMount, runWithOwner, untrack } from 'solid-js';
import type { TabBodies } from '../create-tab-bodies.tsx';
import type { DockTab, FrameControl } from '../dock-tab.ts';
import { TabLabel } from '../tab-label.tsx';
import './dock.css';
import { createControl } from './create-control.ts';
import { fillDefault, placeFor } from './place-tabs.ts';

/** A change of `stored` or `front` has no effect once it is drawn. */
export interface DockProps {
  readonly tabs: readonly DockTab[];
  readonly bodies: TabBodies;
  /** A layout from before; the default one where there is none or it does not fit. */
  readonly stored: SerializedDockview | undefined;
  /** The tab that was in front when another frame drew them. */
  readonly front: string | undefined;
  onLayout(layout: SerializedDockview): void;
  onActive(id: string | undefined): void;
  onReady(control: FrameControl): void;
}

/** The tabs in groups that can be split, moved, resized: dockview draws the groups, Solid what is in them. */
export function Dock(props: DockProps) {
  let element: HTMLDivElement | undefined;
  const owner = getOwner();
  /** Untracked: dockview calls back within effects of the page, which must not run again for it. */
  const tabOf = (id: string): DockTab | undefined => untrack(() => props.tabs.find((tab) => tab.id === id));

  onMount(() => {
    if (element === undefined) return;
    const root = element;
    const api = createDockview(root, {
      theme: { name: 'slipway', className: 'dock-theme' },
      disableFloatingGroups: true,
      scrollbars: 'native',
      createComponent: ({ id }) => makeBody(tabOf(id), props.bodies),
      createTabComponent: ({ id }) => runWithOwner(owner, () => makeLabel(tabOf(id))) ?? makeLabel(undefined),
    });
    onCleanup(() => {
      // They may be shown by another frame next: what goes with this one are the groups alone.
      for (const tab of untrack(() => props.tabs)) props.bodies.park(tab);
      api.dispose();
    });
    const control = createControl(api, { tabOf, bodies: props.bodies, refill });

    function refill(): void {
      api.clear();
      fillDefault(
        api,
        untrack(() => props.tabs),
      );
    }
    function restore(): void {
      if (props.stored === undefined) return refill();
      try {
        api.fromJSON(props.stored);
      } catch (error) {
        console.warn('The stored layout does not fit:', error);
        refill();
      }
    }
    restore();

    createEffect(
      on(
        () => props.tabs,
        (tabs, before) => {
          // First the new ones, so that a group that loses its last tab for another stays.
          for (const tab of tabs)
            if (api.getPanel(tab.id) === undefined)
              api.addPanel({ ...placeFor(api, tab, tabs), inactive: before === undefined });
          const inside = document.activeElement?.closest('.panel-body')?.id;
          for (const panel of api.panels) if (!tabs.some(({ id }) => id === panel.id)) panel.api.close();
          for (const tab of before ?? []) {
            if (tabs.includes(tab)) continue;
            props.bodies.drop(tab);
            // The keyboard was in it: it goes on with what comes to the front instead.
            if (inside === `panel-${tab.id}` && api.activePanel !== undefined) control.show(api.activePanel.id, true);
          }
        },
      ),
    );
    if (props.front !== undefined) api.getPanel(props.front)?.api.setActive();
    // Landmarks of the page are few, and the panels have their own: a group is a group.
    const nameGroups = (): void =>
      api.groups.forEach(({ element: each }) => {
        const group = each.closest('.dv-groupview') ?? each.querySelector('.dv-groupview');
        group?.setAttribute('role', 'group');
      });
    nameGroups();
    const told = [
      api.onDidAddGroup(nameGroups),
      api.onDidLayoutChange(() => props.onLayout(api.toJSON())),
      api.onDidActivePanelChange(() => {
        widen(api, props.tabs);
        props.onActive(api.activePanel?.id);
      }),
    ];
    onCleanup(() => told.forEach((each) => each.dispose()));
    listenForKeys(root, api, tabOf);
    listenForClicks(root, control);
    props.onActive(api.activePanel?.id);
    props.onReady(control);
  });
  return <div class="dock" ref={element} />;
}

/** dockview keeps and removes the element; what is in it is moved and never copied, so an editor keeps its state. */
function makeBody(tab: DockTab | undefined, bodies: TabBodies) {
  const element = document.createElement('div');
  element.className = 'dock-body';
  const show = (): void => {
    if (tab === undefined) return;
    element.append(bodies.bodyOf(tab));
    tab.shown?.();
  };
  return {
    element,
    // One that stays is never told that it is shown.
    init: () => (tab?.stays === true ? show() : undefined),
    onShow: show,
    onHide: () => (tab === undefined ? undefined : bodies.park(tab)),
  };
}

/** dockview makes and removes it when it likes: a root of its own, which ends with dockview's `dispose`. */
function makeLabel(tab: DockTab | undefined) {
  const element = document.createElement('div');
  element.className = 'dock-tab';
  let dispose = (): void => undefined;
  return {
    element,
    init({ api }: { api: { setTitle(title: string): void } }) {
      if (tab === undefined) return;
      createRoot((end) => {
        dispose = end;
        element.append((<TabLabel tab={tab} />) as HTMLElement);
        // The name of the tab for those who cannot see it.
        createEffect(() => api.setTitle(tab.title()));
      });
    },
    dispose: () => dispose(),
  };
}

/**
 * Keys on a tab, after the WAI-ARIA pattern of tabs that choose by themselves. Caught
 * before dockview hears of them: it only moves the focus, and closes what cannot be closed.
 */
function listenForKeys(root: HTMLElement, api: DockviewApi, tabOf: (id: string) => DockTab | undefined): void {
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (target.getAttribute('role') !== 'tab' || event.altKey || event.ctrlKey || event.metaKey) return;
    const id = target.dataset['tabPanelId'];
    const panel = id === undefined ? undefined : api.getPanel(id);
    if (panel === undefined) return;
    const { panels } = panel.group;
    const at = panels.indexOf(panel);
    const focusTab = (tabId: string | undefined): void =>
      root.querySelector<HTMLElement>(`[data-tab-panel-id="${CSS.escape(tabId ?? '')}"]`)?.focus();
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      event.stopPropagation();
      const neighbour = (panels[at + 1] ?? panels[at - 1])?.id;
      tabOf(panel.id)?.close?.();
      // The last of its group takes the group with it.
      return focusTab(neighbour ?? api.activePanel?.id);
    }
    const last = panels.length - 1;
    const step = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const next = step === undefined ? undefined : panels[step];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    next.api.setActive();
    focusTab(next.id);
  };
  root.addEventListener('keydown', onKey, { capture: true });
  onCleanup(() => root.removeEventListener('keydown', onKey, { capture: true }));
}

/**
 * Who clicks a tab wants to work in it: the keyboard goes there, where dockview leaves it on the tab. A press of a key
 * on a tab is a click as well, without a count; it stays, for whoever goes on to the next tab.
 */
function listenForClicks(root: HTMLElement, control: FrameControl): void {
  const onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    // Its cross closes it: what is gone by the next frame is nothing to work in.
    if (target.closest('.tab-close') !== null) return;
    const id = target.closest<HTMLElement>('[role="tab"][data-tab-panel-id]')?.dataset['tabPanelId'];
    if (id !== undefined && event.detail > 0 && event.button === 0) control.show(id, true);
  };
  root.addEventListener('click', onClick);
  onCleanup(() => root.removeEventListener('click', onClick));
}

/** A tab that is of no use in a narrow group gets the room when it comes to the front; nothing is taken back. */
function widen(api: DockviewApi, tabs: readonly DockTab[]): void {
  const panel = api.activePanel;
  const least = tabs.find(({ id }) => id === panel?.id)?.leastWidth;
  if (panel !== undefined && least !== undefined && panel.group.width < least)
    panel.group.api.setSize({ width: least });
}
