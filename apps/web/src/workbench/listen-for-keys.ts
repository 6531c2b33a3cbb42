import type { Keys } from './matches-keys.ts';

/** Finds what keys are bound to; with `onlyEverywhere` only what counts in a terminal too. */
export type BoundTo = (keys: Keys, onlyEverywhere: boolean) => (() => void) | undefined;

/**
 * Runs what is bound to the keys of the page, and keeps the browser from its own
 * meaning of them. Returns how to listen no more.
 */
export function listenForKeys(boundTo: BoundTo): () => void {
  const run = (event: KeyboardEvent, onlyEverywhere: boolean): void => {
    if (event.defaultPrevented || event.isComposing) return;
    // A dialog has the keyboard to itself.
    if (event.target instanceof Element && event.target.closest('[role=dialog], [role=alertdialog]') !== null) return;
    const bound = boundTo(event, onlyEverywhere);
    if (bound === undefined) return;
    event.preventDefault();
    if (onlyEverywhere) event.stopPropagation();
    bound();
  };
  // Before the terminal has it: it hands on no key that its program could want.
  const early = (event: KeyboardEvent): void => run(event, true);
  // After the editor, which has a meaning of its own for some.
  const late = (event: KeyboardEvent): void => run(event, false);
  addEventListener('keydown', early, { capture: true });
  addEventListener('keydown', late);
  return () => {
    removeEventListener('keydown', early, { capture: true });
    removeEventListener('keydown', late);
  };
}
