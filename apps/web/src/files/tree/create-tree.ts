import { type Accessor, createMemo, createSignal, untrack } from 'solid-js';
import type { Clock } from '../../clock/clock.ts';
import { createFiles } from './create-files.ts';
import { nextEntries } from './directory-entries.ts';
import { readFolder, type ReadingContainer } from './read-folder.ts';
import { entriesOf, makeTreeState, openFolders, type Row, type TreeState, visibleRows } from './tree-model.ts';
import { nextTree, type TreeEvent } from './tree-state.ts';

/** `state` is what was read, `rows` what is shown of it. */
export interface FileTree {
  readonly state: Accessor<TreeState>;
  readonly rows: Accessor<readonly Row[]>;
  dispatch(event: TreeEvent): void;
  /** Opens a link's row where it leads to a folder; says whether it does. */
  unfoldLink(path: string): Promise<boolean>;
  /** Resolves once the folders have been read anew; those that are closed are not. */
  reread(folders: Iterable<string>): Promise<void>;
  refresh(): Promise<void>;
}

/** A project opens to where its code mostly is; what is not there is passed over. */
const FIRST_OPEN = ['src'];

/** The tree of `container`: what is open is read and followed, nothing else. */
export function createTree(container: ReadingContainer, clock?: Clock): FileTree {
  const [state, setState] = createSignal(makeTreeState([]));
  const files = createFiles(
    container,
    {
      loading: (folder) => dispatch({ type: 'loading', folder }),
      listed: (folder, names, note) => {
        const entries = nextEntries(folder, entriesOf(untrack(state), folder), names);
        dispatch({ type: 'listed', folder, entries, ...(note === undefined ? {} : { note }) });
      },
      failed: (folder, message) => dispatch({ type: 'failed', folder, message }),
    },
    clock,
  );
  let isFirst = true;
  let followed: ReadonlySet<string> = new Set();
  const dispatch = (event: TreeEvent): void => {
    const before = untrack(state);
    let after = nextTree(before, event);
    if (isFirst && event.type === 'listed' && event.folder === '') {
      isFirst = false;
      after = FIRST_OPEN.reduce((next, path) => nextTree(next, { type: 'expand', path }), after);
    }
    setState(() => after);
    if (before.expanded === after.expanded && before.directories === after.directories) return;
    const open = openFolders(after);
    if (open.length === followed.size && open.every((folder) => followed.has(folder))) return;
    followed = new Set(open);
    files.follow(open);
  };
  // Moves of the focus change no row.
  const directories = createMemo(() => state().directories);
  const expanded = createMemo(() => state().expanded);
  const edit = createMemo(() => state().edit);
  const rows = createMemo(() => visibleRows({ directories: directories(), expanded: expanded(), edit: edit() }));
  followed = new Set(['']);
  files.follow(['']);

  return {
    state,
    rows,
    dispatch,
    async unfoldLink(path) {
      const leadsToFolder = await readFolder(container, path).then(
        () => true,
        () => false,
      );
      if (leadsToFolder) dispatch({ type: 'expand', path });
      return leadsToFolder;
    },
    reread: async (folders) => void (await Promise.all([...folders].map((folder) => files.reread(folder)))),
    refresh: () => files.refresh(),
  };
}
