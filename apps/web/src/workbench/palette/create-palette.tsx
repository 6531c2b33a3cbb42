import Keyboard from 'lucide-solid/icons/keyboard';
import Search from 'lucide-solid/icons/search';
import { createSignal, lazy, onCleanup, Show, Suspense, type Component } from 'solid-js';
import type { Command, Finder, Workbench } from '../feature.ts';
import { commandFinder, fileFinder, lineFinder } from './own-finders.ts';

const loadPalette = () => import('./palette.tsx');
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
/** After everything that the page waits for. */
const PRELOAD_AFTER_MS = 2_000;
/** The finder's prefix, of whichever feature has one for them. */
const SYMBOLS = '@';
const Shortcuts = lazy(async () => ({ default: (await import('./shortcuts.tsx')).Shortcuts }));

/** Its commands open the view. */
export interface PaletteControl {
  readonly commands: readonly Command[];
  readonly View: Component;
}

/** `table` has all commands and the features' finders; it is asked when something is opened. */
export function createPalette(
  bench: Workbench,
  table: () => { readonly commands: readonly Command[]; readonly finders: readonly Finder[] },
): PaletteControl {
  // What is typed right after its keys would go elsewhere while it is still being loaded.
  const timer = setTimeout(
    () => loadPalette().catch((error: unknown) => console.warn('The palette is not loaded yet:', error)),
    PRELOAD_AFTER_MS,
  );
  onCleanup(() => clearTimeout(timer));
  const [shown, setShown] = createSignal<{ readonly start: string } | 'shortcuts'>();
  const files = fileFinder(bench);
  const finders = (): readonly Finder[] => [
    files,
    commandFinder(() => table().commands),
    lineFinder(bench),
    ...table().finders,
  ];
  const open = (start: string) => (): void => {
    files.forget();
    setShown({ start });
  };
  const close = (): void => void setShown(undefined);
  const start = (): string | undefined => {
    const current = shown();
    return current === undefined || current === 'shortcuts' ? undefined : current.start;
  };
  return {
    commands: [
      {
        id: 'quick-open',
        title: () => 'Open a file by name',
        category: 'File',
        keys: 'Mod-p',
        icon: Search,
        run: open(''),
      },
      {
        id: 'palette',
        title: () => 'All commands',
        category: 'View',
        // Firefox has a meaning of its own for the first, which no page can take from it.
        keys: 'Mod-Shift-p F1',
        everywhere: true,
        run: open('>'),
      },
      {
        id: 'go-to-line',
        title: () => 'Go to a line',
        category: 'Text',
        keys: 'Mod-g Alt-g',
        run: open(':'),
        when: () => bench.activeFile() !== undefined,
      },
      {
        id: 'go-to-symbol',
        title: () => 'Go to a symbol of the file',
        category: 'Text',
        keys: 'Mod-Shift-o',
        run: open(SYMBOLS),
        when: () => bench.activeFile() !== undefined && table().finders.some(({ prefix }) => prefix === SYMBOLS),
      },
      {
        id: 'shortcuts',
        title: () => 'Keyboard shortcuts',
        category: 'View',
        keys: 'Shift-F1',
        everywhere: true,
        icon: Keyboard,
        run: () => setShown('shortcuts'),
      },
    ],
    View: () => (
      <Suspense>
        <Show when={start() !== undefined}>
          <Palette finders={finders()} start={start() ?? ''} onClose={close} />
        </Show>
        <Show when={shown() === 'shortcuts'}>
          <Shortcuts commands={table().commands} onClose={close} />
        </Show>
      </Suspense>
    ),
  };
}
