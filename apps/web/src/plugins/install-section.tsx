import type { PluginExaminedResponse } from '@slipway/contracts';
import type { CallResult } from '@slipway/plugin-host';
import { createSignal, For, Show } from 'solid-js';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { callInTab, tryOutRecording } from './call-in-tab.ts';
import { CallResultView } from './call-result.tsx';
import { ManifestView } from './manifest-view.tsx';

/** A file that may become a plugin or its next version: first what it is, then what it does, then the button. */
export function InstallSection(props: { onInstalled: () => void }) {
  const api = useApi();
  const doing = createDoing();
  const [file, setFile] = createSignal<File>();
  const [examined, setExamined] = createSignal<PluginExaminedResponse>();
  const [tried, setTried] = createSignal<CallResult>();
  let chooser: HTMLInputElement | undefined;
  const forget = (): void => {
    setFile(undefined);
    setExamined(undefined);
    setTried(undefined);
    if (chooser) chooser.value = '';
  };
  const choose = (chosen: File | undefined): void => {
    setFile(chosen);
    setExamined(undefined);
    setTried(undefined);
    if (chosen) void doing.run(async () => setExamined(await api.examinePlugin(chosen)));
  };
  const install = () =>
    void doing.run(
      async () => {
        const { manifest, installed } = examined()!;
        await (installed === null ? api.installPlugin(file()!) : api.upgradePlugin(manifest.id, file()!));
        forget();
        props.onInstalled();
      },
      examined()?.installed === null ? 'Installed.' : 'Upgraded.',
    );
  const tryOut = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setTried(undefined);
    void doing.run(async () => {
      const bytes = new Uint8Array(await file()!.arrayBuffer());
      const recording = tryOutRecording(api.user()?.id ?? '', String(data.get('type')), String(data.get('payload')));
      setTried(await callInTab(bytes, recording));
    });
  };
  return (
    <section aria-labelledby="install">
      <h2 id="install">Install or upgrade</h2>
      <label>
        Component (.wasm)
        <input
          ref={chooser}
          type="file"
          accept=".wasm,application/wasm"
          disabled={doing.busy()}
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
      </label>
      <p class="muted" role="status">
        {doing.busy() ? 'One moment…' : ''}
      </p>
      <Show when={examined()}>
        {(of) => (
          <div class="plugin-examined">
            <ManifestView manifest={of().manifest} />
            <Show when={of().installed}>
              {(version) => (
                <>
                  <p>It takes the place of version {version()}:</p>
                  <ul>
                    <For each={of().changes} fallback={<li class="muted">events and entities stay as they are</li>}>
                      {(change) => <li>{change}</li>}
                    </For>
                  </ul>
                </>
              )}
            </Show>
            <Show when={of().refusal}>{(message) => <p class="error">{message()}</p>}</Show>
            <form aria-label="Dry run" onSubmit={tryOut}>
              <h3>Dry run in this tab</h3>
              <label>
                Event
                <input name="type" required value={of().manifest.events[0]?.replaceAll('*', 'x') ?? 'note.new'} />
              </label>
              <label>
                JSON
                {/* Not its content, which would be part of the label's name. */}
                <textarea name="payload" rows="3" spellcheck={false} ref={(field) => (field.value = '{}')} />
              </label>
              <div>
                <button disabled={doing.busy()}>Try it</button>
              </div>
            </form>
            <Show when={tried()}>
              {(result) => <CallResultView label="What the dry run came to" result={result()} />}
            </Show>
            <div class="row">
              <button class="primary" disabled={doing.busy() || of().refusal !== null} onClick={install}>
                {of().installed === null ? 'Install' : 'Upgrade'}
              </button>
              <button disabled={doing.busy()} onClick={forget}>
                Cancel
              </button>
            </div>
          </div>
        )}
      </Show>
      <DoingNotice doing={doing} />
    </section>
  );
}
