import type { DockviewApi, DockviewGroupPanel } from 'dockview-core';
import { focusBody, type TabBodies } from '../create-tab-bodies.tsx';
import type { DockTab, FrameControl } from '../dock-tab.ts';

/** `bodies` outlive the dock, which only shows them. */
export interface ControlParts {
  tabOf(id: string): DockTab | undefined;
  readonly bodies: TabBodies;
  refill(): void;
}

/** The frame's directions in dockview's words. */
const POSITIONS = { left: 'left', right: 'right', up: 'top', down: 'bottom' } as const;
const STEP_PX = 40;

/** Where a tab is gone meanwhile, a verb does nothing. */
export function createControl(api: DockviewApi, { tabOf, bodies, refill }: ControlParts): FrameControl {
  const focus = (id: string): void => {
    const tab = tabOf(id);
    if (tab === undefined) return;
    if (tab.focus !== undefined) return tab.focus();
    // A body that was hidden until now can take the keyboard when it is drawn.
    requestAnimationFrame(() => (tabOf(id) === tab ? focusBody(bodies.bodyOf(tab)) : undefined));
  };
  /** A group with a tab from another place in it counts as no place's: hiding it would hide that tab, too. */
  const groupsOf = (where: string): DockviewGroupPanel[] =>
    api.groups.filter(({ panels }) => panels.length > 0 && panels.every(({ id }) => tabOf(id)?.where === where));
  return {
    show(id, wanted) {
      const panel = api.getPanel(id);
      if (panel === undefined) return;
      if (!panel.group.api.isVisible) panel.group.api.setVisible(true);
      const front = api.activeGroup;
      panel.api.setActive();
      if (wanted) focus(id);
      // Brought to the front for whoever looks; who types elsewhere goes on there.
      else if (front !== undefined && front !== panel.group && api.groups.includes(front)) front.api.setActive();
    },
    active: () => api.activePanel?.id,
    focusGroup(step) {
      const groups = inReadingOrder(api.groups.filter((group) => group.api.isVisible));
      const at = groups.findIndex((group) => group === api.activeGroup);
      const next = groups[(at + step + groups.length) % groups.length]?.activePanel;
      if (next === undefined) return;
      next.api.setActive();
      focus(next.id);
    },
    step(step) {
      const panels = api.activeGroup?.panels ?? [];
      const at = panels.findIndex(({ id }) => id === api.activePanel?.id);
      const next = panels[(at + step + panels.length) % panels.length];
      if (next === undefined) return;
      next.api.setActive();
      focus(next.id);
    },
    split(side) {
      const panel = api.activePanel;
      // Alone in its group it would only be moved into itself.
      if (panel === undefined || panel.group.panels.length < 2) return;
      panel.api.moveTo({ group: panel.group, position: POSITIONS[side] });
      focus(panel.id);
    },
    move(side) {
      const panel = api.activePanel;
      if (panel === undefined) return;
      const neighbour = api.adjacentGroupInDirection(panel.group, side);
      if (neighbour === undefined) return;
      panel.api.moveTo({ group: neighbour as DockviewGroupPanel });
      focus(panel.id);
    },
    resize(axis, step) {
      const group = api.activeGroup;
      if (group === undefined) return;
      const size =
        axis === 'width' ? { width: group.width + step * STEP_PX } : { height: group.height + step * STEP_PX };
      group.api.setSize(size);
    },
    toggle(where) {
      const groups = groupsOf(where);
      const shown = groups.some((group) => group.api.isVisible);
      for (const group of groups) group.api.setVisible(!shown);
      const front = (shown ? api.groups.find((group) => group.api.isVisible) : groups[0])?.activePanel;
      // The keyboard may have been in what is hidden now.
      if (front !== undefined) {
        front.api.setActive();
        focus(front.id);
      }
    },
    maximize() {
      const panel = api.activePanel;
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      else if (panel !== undefined) api.maximizeGroup(panel);
    },
    reset: refill,
  };
}

/** From the left to the right, and from above to below within. */
function inReadingOrder(groups: readonly DockviewGroupPanel[]): DockviewGroupPanel[] {
  const boxes = new Map(groups.map((group) => [group, group.element.getBoundingClientRect()]));
  const box = (group: DockviewGroupPanel): DOMRect => boxes.get(group) ?? new DOMRect();
  return [...groups].sort((a, b) => box(a).left - box(b).left || box(a).top - box(b).top);
}
