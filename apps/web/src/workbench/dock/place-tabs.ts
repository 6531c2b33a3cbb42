import type { AddPanelOptions, AddPanelPositionOptions, DockviewApi, IDockviewPanel } from 'dockview-core';
import type { DockTab } from '../dock-tab.ts';
import type { PanelPlace } from '../feature.ts';

/** The order in which places come to be: each is put beside one that is there. */
const PLACES: readonly PanelPlace[] = ['center', 'bottom', 'right', 'left'];
const LEFT_PX = 248;
/** Groups cannot be dragged narrower. `bottom` is a height, and counts for the groups of all places. */
const LEAST_PX = { left: 140, center: 180, right: 180, bottom: 90 };
const BOTTOM_PART = 0.32;
const RIGHT_PART = 0.4;

/** The layout that a project has at first: files, text, page, and below the programs. */
export function fillDefault(api: DockviewApi, tabs: readonly DockTab[]): void {
  for (const where of PLACES) {
    const here = tabs.filter((tab) => tab.where === where).sort((a, b) => a.order - b.order);
    // The first of a place is in front of the others.
    here.forEach((tab, at) => api.addPanel({ ...placeFor(api, tab, tabs), inactive: at > 0 }));
  }
  // What was added later took its room from what was there.
  const groupOf = (where: PanelPlace) =>
    api.panels.find(({ id }) => tabs.find((tab) => tab.id === id)?.where === where)?.group;
  groupOf('left')?.api.setSize({ width: LEFT_PX });
  groupOf('bottom')?.api.setSize({ height: Math.round(api.height * BOTTOM_PART) });
  groupOf('right')?.api.setSize({ width: Math.round((api.width - LEFT_PX) * RIGHT_PART) });
  const front = tabs.find((tab) => tab.where === 'center');
  if (front !== undefined) api.getPanel(front.id)?.api.setActive();
}

/** Where a tab goes that is not in the layout: to others of its place, or where its place would be. */
export function placeFor(api: DockviewApi, tab: DockTab, tabs: readonly DockTab[]): AddPanelOptions {
  const options = {
    id: tab.id,
    title: tab.title(),
    component: 'body',
    tabComponent: 'label',
    renderer: tab.stays ? ('always' as const) : ('onlyWhenVisible' as const),
    minimumWidth: tab.leastWidth ?? LEAST_PX[tab.where],
    minimumHeight: LEAST_PX.bottom,
  };
  const beside = (where: PanelPlace): IDockviewPanel | undefined => {
    const panels = api.panels.filter((panel) => tabs.find(({ id }) => id === panel.id)?.where === where);
    // Where somebody works just now, if there are several.
    return (
      panels.find((panel) => panel.group === api.activeGroup) ??
      panels.find((panel) => panel.api.isVisible) ??
      panels[0]
    );
  };
  const own = beside(tab.where);
  if (own !== undefined) return { ...options, position: { referenceGroup: own.group } };
  switch (tab.where) {
    case 'left':
      return { ...options, position: { direction: 'left' }, initialWidth: LEFT_PX };
    case 'bottom':
      return {
        ...options,
        ...at(beside('center') ?? beside('right'), 'below'),
        initialHeight: Math.round(api.height * BOTTOM_PART),
      };
    case 'right':
      return {
        ...options,
        ...at(beside('center'), 'right'),
        initialWidth: Math.round((api.width - LEFT_PX) * RIGHT_PART),
      };
    case 'center': {
      const right = beside('right');
      if (right !== undefined) return { ...options, ...at(right, 'left') };
      const bottom = beside('bottom');
      return { ...options, ...(bottom === undefined ? at(beside('left'), 'right') : at(bottom, 'above')) };
    }
  }
}

/** No position where there is nothing to be beside: dockview chooses one. */
function at(
  panel: IDockviewPanel | undefined,
  direction: 'left' | 'right' | 'above' | 'below',
): { position?: AddPanelPositionOptions } {
  return panel === undefined ? {} : { position: { referenceGroup: panel.group, direction } };
}
