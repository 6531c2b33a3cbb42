/** Which rows of a long list are drawn: from `first` up to but without `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Rows above and below that are drawn too, so that a turn of the wheel shows no gap. */
const OVERSCAN_ROWS = 10;

/**
 * The rows to draw when all are `rowPx` high, the list is scrolled down by `scrollPx` and `heightPx` of it are seen.
 * All
 * rows are of one height, so that this is arithmetic and no row has to be measured.
 */
export function rowWindow(count: number, rowPx: number, scrollPx: number, heightPx: number): RowWindow {
  const top = Math.floor(scrollPx / rowPx);
  const bottom = Math.ceil((scrollPx + heightPx) / rowPx);
  const end = Math.max(0, Math.min(count, bottom + OVERSCAN_ROWS));
  return { first: Math.max(0, Math.min(end, top - OVERSCAN_ROWS)), end };
}

/** How far to scroll so that the row at `index` is seen whole; as far as now where it is. */
export function scrollToRow(index: number, rowPx: number, scrollPx: number, heightPx: number): number {
  if (index * rowPx < scrollPx) return index * rowPx;
  return Math.max(scrollPx, (index + 1) * rowPx - heightPx);
}
