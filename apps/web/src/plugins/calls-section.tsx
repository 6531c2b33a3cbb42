import type { PluginCallsResponse } from '@slipway/contracts';
import type { CallResult } from '@slipway/plugin-host';
import { createResource, createSignal, For, Match, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { formatMoment } from '../people/format-moment.ts';
import { Notice } from '../shell/notice.tsx';
import { callInTab } from './call-in-tab.ts';
import { CallResultView } from './call-result.tsx';
import { offerFile } from './offer-file.ts';

type Call = PluginCallsResponse['calls'][number];

/** What a plugin's last calls did and used, for all users; each that was recorded can be made again in this tab. */
export function CallsSection(props: { pluginId: string }) {
  const api = useApi();
  const doing = createDoing();
  const [calls, { refetch }] = createResource(() => props.pluginId, api.pluginCallsOf);
  const [replayed, setReplayed] = createSignal<{ call: Call; result: CallResult }>();
  const replay = (call: Call) =>
    void doing.run(async () => {
      setReplayed(undefined);
      const { recording, sha256 } = await api.pluginRecording(props.pluginId, call.id);
      const component = await api.pluginComponent(props.pluginId, sha256);
      setReplayed({ call, result: await callInTab(component, recording) });
    });
  const keep = (call: Call) =>
    void doing.run(async () => {
      const { recording } = await api.pluginRecording(props.pluginId, call.id);
      offerFile(`${props.pluginId}-${call.id}.json`, recording, 'application/json');
    }, 'The recording is saved: “slipway plugin replay” makes the call again.');
  return (
    <section aria-labelledby="calls">
      <h2 id="calls">Calls</h2>
      <div class="row">
        <button onClick={() => void refetch()}>Read again</button>
      </div>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={calls.error}>
          <Notice tone="error" title="The calls could not be read" text={messageOf(calls.error)} />
        </Match>
        <Match when={calls.latest}>
          {(list) => (
            <Show when={list().length > 0} fallback={<p class="muted">It was not called yet.</p>}>
              <div class="plugin-table" role="region" aria-label="List of calls" tabindex="0">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">When</th>
                      <th scope="col">What</th>
                      <th scope="col">Outcome</th>
                      <th scope="col" class="number">
                        Fuel
                      </th>
                      <th scope="col" class="number">
                        ms
                      </th>
                      <th scope="col" class="number">
                        Writes
                      </th>
                      <th scope="col">Replay</th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={list()}>
                      {(call) => <CallRow call={call} busy={doing.busy()} onReplay={replay} onKeep={keep} />}
                    </For>
                  </tbody>
                </table>
              </div>
            </Show>
          )}
        </Match>
      </Switch>
      <Show when={replayed()}>
        {(of) => (
          <>
            <CallResultView label="The call in this tab" result={of().result} />
            <p role="status">{verdict(of().call, of().result)}</p>
          </>
        )}
      </Show>
      <DoingNotice doing={doing} />
    </section>
  );
}

function CallRow(props: { call: Call; busy: boolean; onReplay: (call: Call) => void; onKeep: (call: Call) => void }) {
  const what = () => props.call.eventType ?? props.call.method;
  return (
    <tr>
      <td>{formatMoment(props.call.createdAt)}</td>
      <td>{what()}</td>
      <td classList={{ error: props.call.outcome !== 'ok' }}>
        {props.call.outcome}
        <Show when={props.call.message}>{(message) => `: ${message()}`}</Show>
        <Show when={props.call.log.length > 0}>
          <details>
            <summary>Log of {props.call.log.length}</summary>
            <For each={props.call.log}>
              {({ level, message }) => (
                <p class="plugin-log">
                  {level}: {message}
                </p>
              )}
            </For>
          </details>
        </Show>
      </td>
      <td class="number">{props.call.fuel.toLocaleString('en')}</td>
      <td class="number">{props.call.durationMs}</td>
      <td class="number">{props.call.operations}</td>
      <td class="plugin-row-actions">
        <Show when={props.call.recorded} fallback={<span class="muted">not kept</span>}>
          <button
            disabled={props.busy}
            aria-label={`Replay ${what()}, call ${props.call.id}`}
            onClick={() => props.onReplay(props.call)}
          >
            Replay
          </button>
          <button
            disabled={props.busy}
            aria-label={`Save recording of ${what()}, call ${props.call.id}`}
            onClick={() => props.onKeep(props.call)}
          >
            Save recording
          </button>
        </Show>
      </td>
    </tr>
  );
}

/** What the server counted is known; a conflict of its rows is not in the recording. */
function verdict(call: Call, result: CallResult): string {
  const sameFuel = BigInt(call.fuel) === result.fuel;
  if (sameFuel && call.outcome === result.kind) return 'As on the server: the same outcome for the same fuel.';
  if (sameFuel && call.outcome === 'host') return 'The same fuel; the server could not do what the call queued.';
  return `On the server it was ${call.outcome} for ${call.fuel.toLocaleString('en')} units of fuel.`;
}
