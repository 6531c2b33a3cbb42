import { THEME_CHOICES, type Theme } from '../shell/create-theme.ts';
import type { Direction, FrameControl } from './dock-tab.ts';
import type { Command } from './feature.ts';

const SIDES: readonly Direction[] = ['left', 'right', 'up', 'down'];

/** What can be done to the frame itself, by key or from the palette. */
export function frameCommands(control: () => FrameControl, theme: Theme): readonly Command[] {
  const view = (id: string, title: string, run: () => void, keys?: string): Command => ({
    id,
    title: () => title,
    category: 'View',
    run,
    ...(keys === undefined ? {} : { keys }),
  });
  /** The ways out of a terminal, which has the Tab key for its shell. */
  const everywhere = (command: Command): Command => ({ ...command, everywhere: true });
  return [
    everywhere(view('next-group', 'Next part of the window', () => control().focusGroup(1), 'F6')),
    everywhere(view('previous-group', 'Previous part of the window', () => control().focusGroup(-1), 'Shift-F6')),
    everywhere(view('next-tab', 'Next tab', () => control().step(1), 'Alt-PageDown')),
    everywhere(view('previous-tab', 'Previous tab', () => control().step(-1), 'Alt-PageUp')),
    view('toggle-left', 'Hide or show the files', () => control().toggle('left'), 'Mod-b'),
    view('toggle-bottom', 'Hide or show the lower panels', () => control().toggle('bottom'), 'Alt-j'),
    view('toggle-right', 'Hide or show the preview', () => control().toggle('right')),
    view('split-right', 'Split: move the tab to the right', () => control().split('right'), 'Mod-\\'),
    view('split-down', 'Split: move the tab below', () => control().split('down'), 'Mod-Shift-\\'),
    ...SIDES.map((side) =>
      view(`move-${side}`, `Move the tab to the group on the ${SIDE_NAMES[side]}`, () => control().move(side)),
    ),
    view('wider', 'Make this part wider', () => control().resize('width', 1)),
    view('narrower', 'Make this part narrower', () => control().resize('width', -1)),
    view('taller', 'Make this part taller', () => control().resize('height', 1)),
    view('shorter', 'Make this part shorter', () => control().resize('height', -1)),
    view('maximize', 'Give this part the whole window, or back', () => control().maximize(), 'Alt-Enter'),
    view('reset-layout', 'Put all panels back in their places', () => control().reset()),
    ...THEME_CHOICES.map((choice) => view(`theme-${choice}`, `Colours: ${choice}`, () => theme.choose(choice))),
  ];
}

const SIDE_NAMES: Readonly<Record<Direction, string>> = {
  left: 'left',
  right: 'right',
  up: 'upper side',
  down: 'lower side',
};
