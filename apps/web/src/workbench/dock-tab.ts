import type { Accessor, Component } from 'solid-js';
import type { PanelPlace } from './feature.ts';

/** One tab of the frame, be it a feature's panel or an open file. */
export interface DockTab {
  readonly id: string;
  readonly title: Accessor<string>;
  /** More than the title says, such as the whole path. */
  readonly hint?: Accessor<string>;
  readonly where: PanelPlace;
  readonly order: number;
  readonly leastWidth?: number;
  readonly icon?: Component<{ size?: number }>;
  readonly body: Component;
  /** Made at once and kept in the document, as feature.ts promises of a panel; a file's is made when it is shown. */
  readonly eager: boolean;
  /** The body stays in its place while it is hidden. */
  readonly stays: boolean;
  /** A dot beside the title: something in it is not saved. */
  readonly dirty?: Accessor<boolean>;
  /** Drawn through: what it shows is no longer there. */
  readonly gone?: Accessor<boolean>;
  /** Absent for tabs that cannot be closed. */
  close?(): void;
  /** The body was put into its place in the document, at first or again. */
  shown?(): void;
  /** Takes the keyboard; where absent the frame looks for the first element that can. */
  focus?(): void;
}

/** dockview calls `up` top and `down` bottom. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/** What the commands of the frame can do with whatever draws the tabs. */
export interface FrameControl {
  /** Brings a tab to the front of its group. */
  show(id: string, focus: boolean): void;
  active(): string | undefined;
  /** The keyboard goes to the group that is next to the active one. */
  focusGroup(step: 1 | -1): void;
  /** The tab beside the active one comes to the front. */
  step(step: 1 | -1): void;
  /** The active tab gets a group of its own on that side. */
  split(side: Direction): void;
  /** The active tab goes to the neighbouring group on that side. */
  move(side: Direction): void;
  /** Grows or shrinks the active group, in steps. */
  resize(axis: 'width' | 'height', step: 1 | -1): void;
  /** Hides the groups of a place where one of them is shown, else shows them all. */
  toggle(where: 'left' | 'bottom' | 'right'): void;
  /** The active group takes all of the room, or gives it back. */
  maximize(): void;
  /** The layout as it was at first. */
  reset(): void;
}
