import { createMemo, onCleanup, Show } from 'solid-js';

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  bmp: 'image/bmp',
};

/** A file that cannot be edited as text: its size, and the picture where it is one. */
export function BinaryFile(props: { path: string; bytes: Uint8Array<ArrayBuffer> }) {
  const picture = createMemo(() => {
    const type = IMAGE_TYPES[props.path.slice(props.path.lastIndexOf('.') + 1).toLowerCase()];
    if (type === undefined) return undefined;
    const url = URL.createObjectURL(new Blob([props.bytes], { type }));
    onCleanup(() => URL.revokeObjectURL(url));
    return url;
  });
  return (
    <div class="binary-file">
      <Show when={picture()}>{(url) => <img src={url()} alt={props.path} />}</Show>
      <p class="muted">
        {props.path} · {sizeText(props.bytes.length)}
        <Show when={picture() === undefined}> · cannot be edited as text</Show>
      </p>
    </div>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
