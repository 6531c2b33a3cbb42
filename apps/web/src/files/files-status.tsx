import X from 'lucide-solid/icons/x';
import { Show } from 'solid-js';
import type { FilesControl } from './create-files-panel.ts';
import { inMegabytes } from './transfer/incoming.ts';

/** Below the tree: how far an upload is, and what was done last with the way back. */
export function FilesStatusLine(props: { readonly control: FilesControl }) {
  const info = () => (props.control.status()?.tone === 'info' ? props.control.status() : undefined);
  const error = () => (props.control.status()?.tone === 'error' ? props.control.status() : undefined);
  const dismiss = (
    <button type="button" class="files-button" aria-label="Dismiss" onClick={() => props.control.dismiss()}>
      <X size={14} aria-hidden="true" />
    </button>
  );
  return (
    <div class="files-status">
      <Show when={props.control.upload.progress()}>
        {(now) => (
          <div class="files-upload">
            <span>
              {now().files === 0
                ? 'Reading…'
                : `${now().doneFiles} of ${now().files} files, ` +
                  `${inMegabytes(now().doneBytes)} of ${inMegabytes(now().bytes)}`}
            </span>
            <progress aria-label="Upload" max={Math.max(1, now().files)} value={now().doneFiles} />
            <button type="button" onClick={() => props.control.upload.cancel()}>
              Cancel upload
            </button>
          </div>
        )}
      </Show>
      {/* Both regions are always there: what appears together with its text is not read out. */}
      <div role="status" class="files-said">
        <Show when={info()}>
          {(said) => (
            <>
              <span class="files-said-text">{said().text}</span>
              <Show when={said().undoable}>
                <button type="button" onClick={() => props.control.undo()}>
                  Undo
                </button>
              </Show>
              {dismiss}
            </>
          )}
        </Show>
      </div>
      <div role="alert" class="files-said error">
        <Show when={error()}>
          {(said) => (
            <>
              <span class="files-said-text">{said().text}</span>
              {dismiss}
            </>
          )}
        </Show>
      </div>
    </div>
  );
}
