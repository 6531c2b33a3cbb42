import { createMemo, createSignal, createUniqueId, Match, onCleanup, Show, Switch } from 'solid-js';
import { countPieces, type FileKind, kindOf, pieceOf } from './file-kinds.ts';

/** A file that cannot be edited as text: what can be seen or heard of it, and its size. */
export function BinaryFile(props: { path: string; bytes: Uint8Array<ArrayBuffer> }) {
  const kind = createMemo(() => kindOf(props.path, props.bytes));
  const is = (name: FileKind['name']): boolean => kind().name === name;
  const url = createMemo(() => {
    const now = kind();
    if (!('type' in now)) return '';
    const made = URL.createObjectURL(new Blob([props.bytes], { type: now.type }));
    onCleanup(() => URL.revokeObjectURL(made));
    return made;
  });
  return (
    <Switch
      fallback={
        <div class="binary-file">
          <Switch>
            <Match when={is('image')}>
              <Picture path={props.path} url={url()} />
            </Match>
            <Match when={is('audio')}>
              <audio controls src={url()} aria-label={props.path} />
            </Match>
            <Match when={is('video')}>
              <video controls src={url()} aria-label={props.path} />
            </Match>
            <Match when={is('font')}>
              <Letters path={props.path} bytes={props.bytes} />
            </Match>
          </Switch>
          <p class="muted">
            {props.path} · {sizeText(props.bytes.length)}
            <Show when={is('bytes')}> · cannot be edited as text</Show>
          </p>
        </div>
      }
    >
      <Match when={is('long text')}>
        <LongText path={props.path} bytes={props.bytes} />
      </Match>
      <Match when={is('pdf')}>
        <div class="paged-file">
          <div class="file-tools">
            <span class="muted grow">{sizeText(props.bytes.length)}</span>
            <a class="button" href={url()} target="_blank" rel="noreferrer">
              Open in a tab
            </a>
          </div>
          <iframe src={url()} title={props.path} />
        </div>
      </Match>
    </Switch>
  );
}

/** Its size in pixels is known when the browser has decoded it; a broken one says so. */
function Picture(props: { path: string; url: string }) {
  const [size, setSize] = createSignal('');
  return (
    <>
      <img
        src={props.url}
        alt={props.path}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize(`${naturalWidth} × ${naturalHeight} pixels`)
        }
        onError={() => setSize('No picture that this browser can show')}
      />
      <p class="muted">{size() || '…'}</p>
    </>
  );
}

/** With letters that fonts of the web often lack. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 äöüß éèç ñ & @ € ? ! “ ” – —';

function Letters(props: { path: string; bytes: Uint8Array<ArrayBuffer> }) {
  const family = `shown-${createUniqueId()}`;
  const [problem, setProblem] = createSignal<string>();
  const face = new FontFace(family, props.bytes);
  document.fonts.add(face);
  onCleanup(() => document.fonts.delete(face));
  face.load().catch(() => setProblem('No font that this browser can show'));
  return (
    <Show when={problem() === undefined} fallback={<p>{problem()}</p>}>
      <div class="letters" style={{ 'font-family': `"${family}"` }} aria-label={`Letters of ${props.path}`} role="img">
        <p class="large">Sphinx of black quartz, judge my vow</p>
        <p>{ALPHABET}</p>
      </div>
    </Show>
  );
}

/** A text that no editor helps with, read-only, a piece at a time. */
function LongText(props: { path: string; bytes: Uint8Array<ArrayBuffer> }) {
  const [at, setAt] = createSignal(0);
  let place: HTMLPreElement | undefined;
  const count = (): number => countPieces(props.bytes);
  const go = (index: number): void => {
    setAt(Math.max(0, Math.min(count() - 1, index)));
    if (place !== undefined) place.scrollTop = 0;
  };
  return (
    <div class="paged-file">
      <div class="file-tools" role="toolbar" aria-label="Parts of the text">
        <span class="muted grow" role="status">
          Read-only: {sizeText(props.bytes.length)} · part {at() + 1} of {count()}
        </span>
        <button disabled={at() === 0} onClick={() => go(0)}>
          First
        </button>
        <button disabled={at() === 0} onClick={() => go(at() - 1)}>
          Previous
        </button>
        <button disabled={at() >= count() - 1} onClick={() => go(at() + 1)}>
          Next
        </button>
        <button disabled={at() >= count() - 1} onClick={() => go(count() - 1)}>
          Last
        </button>
      </div>
      <pre ref={place} class="long-text" tabindex={0} role="region" aria-label={`Text of ${props.path}`}>
        {pieceOf(props.bytes, at())}
      </pre>
    </div>
  );
}

/** Powers of a thousand, as file managers show them. */
function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
