import { createRoot, getOwner, onCleanup, runWithOwner } from 'solid-js';
import type { DockTab } from './dock-tab.ts';
import { LATE } from './late.tsx';

/** The elements that tabs show. They outlive what draws the tabs: the dock and the phone show the same ones. */
export interface TabBodies {
  /** The body of a tab, made at the first call. */
  bodyOf(tab: DockTab): HTMLElement;
  /** The body is not shown now. */
  park(tab: DockTab): void;
  /** The tab is gone: so is its body. */
  drop(tab: DockTab): void;
  /** Hidden bodies stay in the document here: taken out of it, a frame in one would load anew. */
  readonly parking: HTMLElement;
}

/** Makes bodies under the current owner; with it they all go. */
export function createTabBodies(): TabBodies {
  const owner = getOwner();
  const made = new Map<DockTab, { element: HTMLElement; dispose: () => void }>();
  const parking = document.createElement('div');
  parking.hidden = true;
  onCleanup(() => {
    for (const { dispose } of made.values()) dispose();
    parking.remove();
  });
  return {
    parking,
    bodyOf(tab) {
      const known = made.get(tab);
      if (known !== undefined) return known.element;
      const body = runWithOwner(owner, () =>
        createRoot((dispose) => ({
          element: (
            <div class="panel-body" id={`panel-${tab.id}`} tabindex={-1}>
              <tab.body />
            </div>
          ) as HTMLElement,
          dispose,
        })),
      );
      if (body === undefined) throw new Error(`Cannot show tab "${tab.id}": nobody owns it`);
      made.set(tab, body);
      if (tab.eager) parking.append(body.element);
      return body.element;
    },
    park(tab) {
      const body = made.get(tab);
      if (body === undefined) return;
      // What is in the document once more than what is seen would be read twice: a file waits outside.
      if (tab.eager) parking.append(body.element);
      else body.element.remove();
    },
    drop(tab) {
      const body = made.get(tab);
      if (body === undefined) return;
      made.delete(tab);
      body.dispose();
      body.element.remove();
    },
  };
}

/** Gives the keyboard to what is in a body: its text, terminal or tree, its first control, or the body itself. */
export function focusBody(body: HTMLElement): void {
  const first = (selector: string): HTMLElement | null => body.querySelector<HTMLElement>(selector);
  const inside =
    // Buttons above a text, a terminal or a tree are not what somebody comes for.
    first('[data-first]') ??
    first('.cm-content, .xterm-helper-textarea, [role=treeitem][tabindex="0"]') ??
    first(
      '[tabindex="0"], a[href]:not([tabindex="-1"]), ' +
        ':is(input, textarea, select, button):not(:disabled, [tabindex="-1"])',
    ) ??
    // A list whose one stop is not there just now.
    first('button:not(:disabled)');
  (inside ?? body).focus();
  if (document.activeElement === body && first(`[${LATE}]`) !== null) focusWhenLoaded(body);
}

/** The keyboard waits on the body for what is still being fetched, unless it is taken elsewhere meanwhile. */
function focusWhenLoaded(body: HTMLElement): void {
  const observer = new MutationObserver(() => {
    if (document.activeElement !== body) return observer.disconnect();
    if (body.querySelector(`[${LATE}]`) !== null) return;
    observer.disconnect();
    focusBody(body);
  });
  observer.observe(body, { childList: true, subtree: true });
  body.addEventListener('blur', () => observer.disconnect(), { once: true });
}
