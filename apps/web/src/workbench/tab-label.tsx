import X from 'lucide-solid/icons/x';
import { Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { DockTab } from './dock-tab.ts';

/** What stands in a tab. Its cross is for the mouse alone: on a tab, Delete or Alt-w closes. */
export function TabLabel(props: { tab: DockTab }) {
  return (
    <span
      class="tab-label"
      classList={{
        dirty: props.tab.dirty?.() ?? false,
        gone: props.tab.gone?.() ?? false,
        panel: props.tab.close === undefined,
      }}
      title={props.tab.hint?.() ?? props.tab.title()}
      onAuxClick={(event) => {
        if (event.button !== 1 || props.tab.close === undefined) return;
        event.preventDefault();
        props.tab.close();
      }}
      // The middle button scrolls otherwise.
      onMouseDown={(event) => event.button === 1 && event.preventDefault()}
    >
      <Show when={props.tab.icon}>
        {(icon) => (
          <span class="tab-icon" aria-hidden="true">
            <Dynamic component={icon()} size={15} />
          </span>
        )}
      </Show>
      <span class="tab-title">{props.tab.title()}</span>
      <Show when={props.tab.close}>
        {(close) => (
          <span
            class="tab-close"
            aria-hidden="true"
            // Else the press begins to drag the tab, or brings it to the front first.
            onPointerDown={(event) => event.stopPropagation()}
            onClick={(event) => {
              event.stopPropagation();
              close()();
            }}
          >
            <span class="tab-dot" />
            <X size={14} />
          </span>
        )}
      </Show>
    </span>
  );
}
