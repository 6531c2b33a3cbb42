import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, onMount } from 'solid-js';
import type { FileTree } from './tree/create-tree.ts';
import { rowWindow, scrollToRow } from '../shell/row-window.ts';
import { NEW_ROW_PATH, type Row, rowIndex } from './tree/tree-model.ts';

/** `index` counts all rows, since only those in sight are drawn. */
export interface DrawnRow {
  readonly row: Row;
  readonly index: number;
}

/** Only the rows in sight, and the focused one, are drawn. */
export interface RowView {
  readonly rowPx: number;
  /**
   * By path, so that a row that stays keeps its element. The focused row is drawn wherever it is: it holds the
   * keyboard.
   */
  readonly drawn: Accessor<ReadonlyMap<string, DrawnRow>>;
  /** Where Tab leads: the focused row, else the first. */
  readonly stop: Accessor<string | undefined>;
  /** Rows that fit whole, less one that stays in sight for PageUp and PageDown; one at least. */
  readonly pageRows: Accessor<number>;
  scrolled(): void;
}

const ROW_PX = 24;
/** A finger needs more room than a mouse. */
const COARSE_ROW_PX = 36;

/** Follows the size and the scrolling of `viewport`, and scrolls to whatever gets the focus. */
export function createRowView(tree: FileTree, viewport: () => HTMLElement): RowView {
  const rowPx = matchMedia('(pointer: coarse)').matches ? COARSE_ROW_PX : ROW_PX;
  const [scrollPx, setScrollPx] = createSignal(0);
  const [heightPx, setHeightPx] = createSignal(0);

  const drawn = createMemo((): ReadonlyMap<string, DrawnRow> => {
    const rows = tree.rows();
    const { first, end } = rowWindow(rows.length, rowPx, scrollPx(), heightPx());
    const found = rows.slice(first, end).map((row, at): DrawnRow => ({ row, index: first + at }));
    const index = rowIndex(rows, tree.state().focused);
    const row = rows[index];
    if (row !== undefined && index < first) found.unshift({ row, index });
    if (row !== undefined && index >= end) found.push({ row, index });
    return new Map(found.map((one) => [one.row.path, one]));
  });
  const stop = createMemo(() => {
    const { focused } = tree.state();
    return focused !== undefined && drawn().has(focused) ? focused : tree.rows()[0]?.path;
  });

  /** What is to be seen; it waits for its row, which may have to be read first. */
  let sought: string | undefined;
  const seek = (): void => {
    const index = rowIndex(tree.rows(), sought);
    if (index < 0) return;
    sought = undefined;
    const { scrollTop, clientHeight } = viewport();
    viewport().scrollTop = scrollToRow(index, rowPx, scrollTop, clientHeight);
  };
  createEffect(
    on([() => tree.state().focused, () => tree.state().edit], ([path, edit]) => {
      sought = edit?.name === 'new' ? NEW_ROW_PATH : path;
      seek();
    }),
  );
  createEffect(on(tree.rows, seek));
  onMount(() => {
    const observer = new ResizeObserver(() => setHeightPx(viewport().clientHeight));
    observer.observe(viewport());
    onCleanup(() => observer.disconnect());
  });

  return {
    rowPx,
    drawn,
    stop,
    pageRows: () => Math.max(1, Math.floor(heightPx() / rowPx) - 1),
    scrolled: () => void setScrollPx(viewport().scrollTop),
  };
}
