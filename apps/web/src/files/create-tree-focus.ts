import { createEffect, onCleanup } from 'solid-js';
import type { FilesControl } from './create-files-panel.ts';

/** What the panel asks of its tree. */
export interface FilesTreeHandle {
  /** Puts the keyboard on the focused row, unless a name is being typed. */
  focus(): void;
  hasFocus(): boolean;
}

/** Keeps the keyboard on the focused row while it is in the tree, though rows come and go. */
export function createTreeFocus(
  control: FilesControl,
  drawn: () => unknown,
  viewport: () => HTMLElement,
  focusedRow: () => HTMLElement | undefined,
): FilesTreeHandle {
  // An element that is taken away loses the focus without telling where it goes: what counts is where it was put last.
  let isInside = false;
  const listen = (event: Event): void => {
    isInside = event.target instanceof Node && viewport().contains(event.target);
  };
  document.addEventListener('focusin', listen);
  document.addEventListener('pointerdown', listen);
  onCleanup(() => {
    document.removeEventListener('focusin', listen);
    document.removeEventListener('pointerdown', listen);
  });
  const focus = (): void => {
    isInside = true;
    if (control.tree.state().edit === undefined) focusedRow()?.focus({ preventScroll: true });
  };
  createEffect(() => {
    const { focused, edit } = control.tree.state();
    // An element that changes its place among the others loses the focus too.
    drawn();
    if (!isInside || edit !== undefined || focused === undefined) return;
    // Whoever has gone elsewhere, into the preview or another panel, is left there.
    const { activeElement } = document;
    if (activeElement !== document.body && !viewport().contains(activeElement)) return;
    queueMicrotask(() => focusedRow()?.focus({ preventScroll: true }));
  });
  return { focus, hasFocus: () => viewport().contains(document.activeElement) };
}
