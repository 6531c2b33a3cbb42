import ChevronRight from 'lucide-solid/icons/chevron-right';
import Replace from 'lucide-solid/icons/replace';
import X from 'lucide-solid/icons/x';
import { createEffect, createMemo, createSignal, For, Match, on, onCleanup, onMount, Show, Switch } from 'solid-js';
import { FileIcon } from '../shell/file-icon.tsx';
import { rowWindow, scrollToRow } from '../shell/row-window.ts';
import type { TextPosition } from '../workbench/feature.ts';
import type { Search } from './create-search.ts';
import { type ResultRow, resultRows } from './result-rows.ts';

/** Every row is as high: which rows are seen follows from the scroll position alone. */
const ROW_PX = 24;
/** A finger needs more room than a mouse. */
const COARSE_ROW_PX = 36;

/**
 * What was found, as a tree after the WAI-ARIA pattern over a window of its rows: the keyboard stays on the tree, the
 * row in question is its active descendant. Arrows walk and fold, Enter opens, Delete takes a row out, Control-Enter
 * replaces it.
 */
export function SearchResults(props: {
  search: Search;
  replacing: boolean;
  onOpen: (path: string, at: TextPosition) => void;
  ref: (element: HTMLDivElement) => void;
}) {
  let viewport!: HTMLDivElement;
  const rowPx = matchMedia('(pointer: coarse)').matches ? COARSE_ROW_PX : ROW_PX;
  const [folded, setFolded] = createSignal<ReadonlySet<string>>(new Set());
  const [scrollPx, setScrollPx] = createSignal(0);
  const [heightPx, setHeightPx] = createSignal(0);
  const [active, setActive] = createSignal(0);
  const rows = createMemo(() => resultRows(props.search.files(), folded()));
  // Rows go while one walks (dismissed, replaced): then the last one is meant.
  const at = (): number => Math.min(active(), rows().length - 1);
  const drawn = createMemo(() => {
    const { first, end } = rowWindow(rows().length, rowPx, scrollPx(), heightPx());
    return rows()
      .slice(first, end)
      .map((row, index) => ({ row, index: first + index }));
  });
  onMount(() => {
    const observer = new ResizeObserver(() => setHeightPx(viewport.clientHeight));
    observer.observe(viewport);
    onCleanup(() => observer.disconnect());
  });
  // Another query begins at the top: the row that was active is another match now.
  createEffect(on(props.search.query, () => void setActive(0), { defer: true }));

  const go = (index: number): void => {
    const next = Math.max(0, Math.min(rows().length - 1, index));
    setActive(next);
    viewport.scrollTop = scrollToRow(next, rowPx, viewport.scrollTop, viewport.clientHeight);
  };
  const fold = (path: string, shut: boolean): void => {
    const next = new Set(folded());
    if (shut) next.add(path);
    else next.delete(path);
    setFolded(next);
  };
  const choose = (row: ResultRow): void => {
    if (row.kind === 'file') fold(row.path, row.open);
    else props.onOpen(row.path, row.match);
  };
  // WAI-ARIA tree: left shuts a file or goes to it from a match, right opens it or goes in.
  const left = (row: ResultRow): void => {
    if (row.kind === 'file') return fold(row.path, true);
    go(rows().findIndex(({ kind, path }) => kind === 'file' && path === row.path));
  };
  const right = (row: ResultRow): void => {
    if (row.kind !== 'file') return;
    if (row.open) go(at() + 1);
    else fold(row.path, false);
  };
  const onKey = (event: KeyboardEvent): void => {
    const row = rows()[at()];
    if (row === undefined) return;
    const page = Math.max(1, Math.floor(heightPx() / rowPx) - 1);
    const isReplacing = (event.ctrlKey || event.metaKey) && props.replacing;
    const act: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at() + 1),
      ArrowUp: () => go(at() - 1),
      PageDown: () => go(at() + page),
      PageUp: () => go(at() - page),
      Home: () => go(0),
      End: () => go(rows().length - 1),
      ArrowLeft: () => left(row),
      ArrowRight: () => right(row),
      Enter: () => (isReplacing ? props.search.replace(row) : choose(row)),
      ' ': () => choose(row),
      Delete: () => props.search.dismiss(row),
    };
    const run = act[event.key];
    if (run === undefined || event.altKey) return;
    event.preventDefault();
    run();
  };

  return (
    <div
      ref={(element) => {
        viewport = element;
        props.ref(element);
      }}
      class="search-results"
      role="tree"
      aria-label="Results"
      tabindex={rows().length === 0 ? -1 : 0}
      aria-activedescendant={rows().length === 0 ? undefined : `search-row-${at()}`}
      style={{ '--row': `${rowPx}px` }}
      onScroll={() => setScrollPx(viewport.scrollTop)}
      onKeyDown={onKey}
    >
      <div class="search-rows" role="presentation" style={{ height: `${rows().length * rowPx}px` }}>
        <For each={drawn()}>
          {({ row, index }) => (
            <Row
              row={row}
              index={index}
              topPx={index * rowPx}
              active={at() === index}
              replacing={props.replacing}
              onChoose={() => {
                setActive(index);
                choose(row);
              }}
              onDismiss={() => props.search.dismiss(row)}
              onReplace={() => props.search.replace(row)}
            />
          )}
        </For>
      </div>
    </div>
  );
}

/**
 * `aria-level` and not nesting tells files and matches apart: the rows lie flat, so that a window of them can
 * be drawn.
 */
function Row(props: {
  row: ResultRow;
  index: number;
  topPx: number;
  active: boolean;
  replacing: boolean;
  onChoose: () => void;
  onDismiss: () => void;
  onReplace: () => void;
}) {
  const file = () => (props.row.kind === 'file' ? props.row : undefined);
  const match = () => (props.row.kind === 'match' ? props.row.match : undefined);
  const act = (event: MouseEvent, work: () => void): void => {
    // The row itself would open what is being taken out.
    event.stopPropagation();
    work();
  };
  return (
    <div
      id={`search-row-${props.index}`}
      class="search-row"
      role="treeitem"
      aria-level={props.row.kind === 'file' ? 1 : 2}
      aria-expanded={file()?.open}
      aria-selected={props.active}
      style={{ top: `${props.topPx}px` }}
      title={props.row.path}
      onClick={() => props.onChoose()}
    >
      <Switch>
        <Match when={file()}>
          {(it) => (
            <>
              <span class="search-twist" classList={{ open: it().open }}>
                <ChevronRight size={14} />
              </span>
              <FileIcon path={it().path} size={16} />
              <span class="search-name">{nameOf(it().path)}</span>
              <span class="search-folder muted">{folderOf(it().path)}</span>
              <span class="search-count">{it().count}</span>
            </>
          )}
        </Match>
        <Match when={match()}>
          {(it) => (
            <>
              <span class="search-place muted">{it().line}</span>
              <code class="search-text">
                {it().preview.slice(0, it().from)}
                <mark>{it().preview.slice(it().from, it().to)}</mark>
                {it().preview.slice(it().to)}
              </code>
            </>
          )}
        </Match>
      </Switch>
      {/* By the keyboard they are Control-Enter and Delete. */}
      <span class="search-acts">
        <Show when={props.replacing}>
          <button
            class="icon-button"
            tabindex={-1}
            aria-label="Replace"
            onClick={(event) => act(event, props.onReplace)}
          >
            <Replace size={14} />
          </button>
        </Show>
        <button class="icon-button" tabindex={-1} aria-label="Dismiss" onClick={(event) => act(event, props.onDismiss)}>
          <X size={14} />
        </button>
      </span>
    </div>
  );
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
