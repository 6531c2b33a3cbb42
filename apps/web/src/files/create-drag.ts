import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { type Clock, pageClock } from '../clock/clock.ts';
import type { FilesControl } from './create-files-panel.ts';
import { readDropped, takeDropped } from './transfer/read-dropped.ts';
import { parentOf } from './tree/paths.ts';
import { chosenPaths, getEntry, isFolderLike } from './tree/tree-model.ts';

/** Handlers of HTML's drag and drop on the tree: within it files move, from the desktop they come in. */
export interface FilesDrag {
  /** The folder that would get what is dropped now; the root is the empty path. */
  readonly dropFolder: Accessor<string | undefined>;
  start(event: DragEvent): void;
  over(event: DragEvent): void;
  leave(event: DragEvent): void;
  drop(event: DragEvent): void;
  end(): void;
}

/** Tells our own drags; what they carry is kept here, since a page cannot read it before the drop. */
const OWN_TYPE = 'application/x-slipway-files';
/** A folder over which something is held this long opens. */
const OPEN_AFTER_MS = 700;

/** Of the nearest row around the target; undefined beside all rows. */
export function pathOfEvent(event: Event): string | undefined {
  const { target } = event;
  return target instanceof Element ? target.closest<HTMLElement>('[data-path]')?.dataset['path'] : undefined;
}

/** Drag and drop for `control`; what is under way ends with the owner. */
export function createDrag(control: FilesControl, clock: Clock = pageClock): FilesDrag {
  const { tree } = control;
  const [dropFolder, setDropFolder] = createSignal<string>();
  let dragged: readonly string[] = [];
  let disarm = (): void => undefined;

  const folderAt = (event: DragEvent): string => {
    const path = pathOfEvent(event);
    if (path === undefined) return '';
    const entry = getEntry(tree.state(), path);
    return entry !== undefined && isFolderLike(tree.state(), entry) ? path : parentOf(path);
  };
  const aimAt = (folder: string | undefined): void => {
    if (folder === dropFolder()) return;
    disarm();
    setDropFolder(folder);
    if (folder !== undefined && folder !== '')
      disarm = clock.after(OPEN_AFTER_MS, () => tree.dispatch({ type: 'expand', path: folder }));
  };
  const end = (): void => {
    dragged = [];
    aimAt(undefined);
  };
  onCleanup(() => disarm());
  const kindOf = (event: DragEvent): 'own' | 'files' | undefined => {
    const types = event.dataTransfer?.types ?? [];
    return types.includes(OWN_TYPE) && dragged.length > 0 ? 'own' : types.includes('Files') ? 'files' : undefined;
  };
  const verbOf = (event: DragEvent): 'move' | 'copy' => (event.altKey || event.ctrlKey ? 'copy' : 'move');

  return {
    dropFolder,
    end,
    start(event) {
      const path = pathOfEvent(event);
      if (path === undefined || event.dataTransfer === null) return;
      if (!tree.state().selected.has(path)) tree.dispatch({ type: 'focus', path, mode: 'single' });
      dragged = chosenPaths({ ...tree.state(), focused: path });
      event.dataTransfer.setData(OWN_TYPE, '');
      event.dataTransfer.setData('text/plain', dragged.join('\n'));
      event.dataTransfer.effectAllowed = 'copyMove';
    },
    over(event) {
      const kind = kindOf(event);
      if (kind === undefined || event.dataTransfer === null) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = kind === 'files' ? 'copy' : verbOf(event);
      aimAt(folderAt(event));
    },
    leave(event) {
      const { currentTarget, relatedTarget } = event;
      if (!(currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget)))
        aimAt(undefined);
    },
    drop(event) {
      const kind = kindOf(event);
      if (kind === undefined || event.dataTransfer === null) return;
      event.preventDefault();
      const folder = folderAt(event);
      if (kind === 'own') control.transfer(dragged, folder, verbOf(event));
      else {
        const entries = takeDropped(event.dataTransfer.items);
        control.startUpload(folder, (signal) => readDropped(entries, signal));
      }
      end();
    },
  };
}
