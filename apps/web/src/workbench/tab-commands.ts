import type { Direction, DockTab, FrameControl } from './dock-tab.ts';
import type { Command } from './feature.ts';
import { showToast } from './toasts.tsx';

/** Each brings the tab to the front, since the frame's verbs are of the active one. */
export function tabCommands(tab: DockTab, tabs: readonly DockTab[], control: FrameControl): readonly Command[] {
  const others = tabs.filter((other) => other !== tab && other.close !== undefined);
  const split = (side: Direction) => (): void => {
    control.show(tab.id, true);
    // After it came to the front: the verbs are of the tab that is there.
    queueMicrotask(() => control.split(side));
  };
  return [
    { id: 'close', title: () => 'Close', when: () => tab.close !== undefined, run: () => tab.close?.() },
    {
      id: 'close-others',
      title: () => 'Close the other files',
      when: () => tab.close !== undefined && others.length > 0,
      run: () => others.forEach((other) => other.close?.()),
    },
    { id: 'split-right', title: () => 'Move to a group on the right', run: split('right') },
    { id: 'split-down', title: () => 'Move to a group below', run: split('down') },
    {
      id: 'copy-path',
      title: () => 'Copy the path',
      when: () => tab.hint !== undefined,
      run: () => void copy(tab.hint?.() ?? ''),
    },
  ];
}

/** A browser may refuse it outside of a click, or without the permission. */
async function copy(path: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(path);
    showToast({ title: 'The path is copied', text: path });
  } catch (error) {
    console.warn('Cannot copy the path:', error);
    showToast({ title: 'The path was not copied', text: 'The browser did not allow it', tone: 'error' });
  }
}
