import { type Component, createMemo, For, Match, Switch } from 'solid-js';
import type { FilesControl } from './create-files-panel.ts';
import type { DrawnRow, RowView } from './create-row-view.ts';
import type { FileIconProps } from './file-icon.tsx';
import { FileRow, NewFileRow } from './file-row.tsx';

/** The element of the tree, as high as all its rows, with those that are seen. */
export function TreeRows(props: {
  readonly control: FilesControl;
  readonly view: RowView;
  readonly openFile: string | undefined;
  readonly dropFolder: string | undefined;
  readonly icon: Component<FileIconProps>;
}) {
  const count = (): number => props.control.tree.rows().length;
  return (
    <div
      role="tree"
      aria-label="Files"
      aria-multiselectable="true"
      class="files-rows"
      style={{ height: `${count() * props.view.rowPx}px`, '--row': `${props.view.rowPx}px` }}
    >
      <For each={[...props.view.drawn().keys()]}>
        {(path) => {
          // A row that goes is still asked once before it is taken away.
          const shown = createMemo((before: DrawnRow | undefined) => props.view.drawn().get(path) ?? before);
          const topPx = (): number => (shown()?.index ?? 0) * props.view.rowPx;
          return (
            <Switch>
              <Match when={newRow(shown())}>
                {(row) => <NewFileRow control={props.control} row={row()} topPx={topPx()} icon={props.icon} />}
              </Match>
              <Match when={entryRow(shown())}>
                {(row) => (
                  <FileRow
                    control={props.control}
                    row={row()}
                    topPx={topPx()}
                    isStop={props.view.stop() === path}
                    isOpenFile={props.openFile === path}
                    dropFolder={props.dropFolder}
                    icon={props.icon}
                  />
                )}
              </Match>
            </Switch>
          );
        }}
      </For>
    </div>
  );
}

/** The kinds apart, for `Match`: each passes its row on only while it is of that kind. */
const newRow = (shown: DrawnRow | undefined) => (shown?.row.kind === 'new' ? shown.row : undefined);
const entryRow = (shown: DrawnRow | undefined) =>
  shown === undefined || shown.row.kind === 'new' ? undefined : shown.row;
