import { For, Show, type Component } from 'solid-js';
import type { CursorState } from '../editor/code-editor.tsx';

/** `feet` are what features add. */
export function StatusBar(props: {
  path: string | undefined;
  cursor: CursorState | undefined;
  feet: readonly Component[];
}) {
  return (
    <footer class="status-bar">
      <span class="status-path">{props.path ?? 'No file'}</span>
      <span class="grow" />
      <For each={props.feet}>{(Foot) => <Foot />}</For>
      <Show when={props.path !== undefined && props.cursor}>
        {(cursor) => (
          <span>
            Line {cursor().line}, column {cursor().column}
            <Show when={cursor().selected > 0}> ({cursor().selected} selected)</Show>
          </span>
        )}
      </Show>
    </footer>
  );
}
