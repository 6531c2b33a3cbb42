import { createSignal, Show } from 'solid-js';
import { pictureOf, type IconTables, type PathKind } from './icon-name.ts';

const [tables, setTables] = createSignal<IconTables>();
let asked = false;

/** The icons come when the first one is drawn; until then, and without them, names stand alone. */
function load(): void {
  if (asked) return;
  asked = true;
  import('virtual:file-icons').then(
    (module) => setTables(module.default),
    (error: unknown) => console.warn('The icons of files are not shown:', error),
  );
}

/** The icon of a file or folder, by its name. It says nothing that the name beside it does not. */
export function FileIcon(props: { path: string; kind?: PathKind; size?: number }) {
  load();
  const size = (): number => props.size ?? 16;
  const url = (loaded: IconTables): string =>
    `data:image/svg+xml,${encodeURIComponent(pictureOf(loaded, props.path, props.kind ?? 'file'))}`;
  return (
    <Show when={tables()} fallback={<span style={{ display: 'inline-block', width: `${size()}px` }} />}>
      {(loaded) => (
        <img class="file-icon" src={url(loaded())} alt="" width={size()} height={size()} draggable={false} />
      )}
    </Show>
  );
}
