import type { PluginManifest } from '@slipway/contracts';
import { For } from 'solid-js';

/** What a plugin wants, and what that lets it do: all that somebody has to know before installing it. */
export function ManifestView(props: { manifest: PluginManifest }) {
  const entities = () => Object.entries(props.manifest.entities);
  return (
    <div class="plugin-manifest">
      <p>
        <strong>{props.manifest.name}</strong> {props.manifest.version} <span class="muted">({props.manifest.id})</span>
      </p>
      <p>It hears of:</p>
      <ul>
        <For each={props.manifest.events} fallback={<li class="muted">no events</li>}>
          {(pattern) => (
            <li>
              <code>{pattern}</code>
            </li>
          )}
        </For>
      </ul>
      <p>It stores, apart for each user:</p>
      <ul>
        <For each={entities()} fallback={<li class="muted">nothing</li>}>
          {([name, { fields }]) => (
            <li>
              <code>{name}</code>:{' '}
              {Object.entries(fields)
                .map(([field, { type, required }]) => `${field} (${type}${required ? ', required' : ''})`)
                .join(', ')}
            </li>
          )}
        </For>
      </ul>
      <p class="muted">
        It may publish events of its own and write to its log. It cannot reach files, the network or other plugins’
        rows.
      </p>
    </div>
  );
}
