import {
  type BuildSettings,
  defaultBuildSettings,
  packageManagers,
  publishings,
  trailingSlashes,
} from '@slipway/contracts';
import { createSignal, For, Show } from 'solid-js';
import type { SiteAdmin } from './create-site-admin.ts';
import { VariablesForm } from './variables-form.tsx';

/** Those of {@link BuildSettings} that are one line of text. */
type TextSetting = 'root' | 'install' | 'build' | 'output' | 'nodeOptions';

const TEXTS: readonly (readonly [name: TextSetting, label: string])[] = [
  ['root', 'Root folder'],
  ['install', 'Install command'],
  ['build', 'Build command'],
  ['output', 'Output folder'],
  ['nodeOptions', 'Node options'],
];

/** What happens to a tab's build before and after the server's check of it. */
const PUBLISHING_TEXT = {
  keep: 'From this tab at once; the server checks it afterwards',
  hold: 'From this tab; addresses show it once it is verified',
  rollback: 'From this tab at once; back to the version before if it differs',
  server: 'Built on the server',
} as const;

/** How the project is built and served; a field that is empty is detected, and shows what was (P-29). */
export function SettingsForm(props: { admin: SiteAdmin; projectId: string }) {
  const [draft, setDraft] = createSignal<Partial<BuildSettings>>({});
  const settings = (): BuildSettings => ({ ...defaultBuildSettings, ...props.admin.site()?.settings, ...draft() });
  const set = (change: Partial<BuildSettings>): void => void setDraft((known) => ({ ...known, ...change }));
  const detected = (name: TextSetting): string => {
    const found = props.admin.site()?.detected;
    if (name === 'nodeOptions' || found == null) return '';
    return found[name] ?? 'nothing to do';
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await props.admin.change((api) => api.setBuildSettings(props.projectId, settings()))) setDraft({});
  };
  return (
    <Show when={props.admin.site()}>
      {(site) => (
        <>
          <form class="settings" aria-label="Build settings" onSubmit={(event) => void save(event)}>
            <p class="muted">
              <Show when={site().detected}>
                {(detected) =>
                  `Detected: ${detected().framework ?? 'no framework'}, ${detected().packageManager ?? ''}. `
                }
              </Show>
              What is left empty is detected anew with every version.
            </p>
            <Show when={site().problem}>
              <p class="error" role="alert">
                {site().problem}
              </p>
            </Show>
            <label>
              Package manager
              <select
                onChange={(event) =>
                  set({ packageManager: packageManagers.find((name) => name === event.currentTarget.value) ?? null })
                }
              >
                <option value="" selected={settings().packageManager === null}>
                  Detected
                </option>
                <For each={packageManagers}>
                  {(name) => <option selected={settings().packageManager === name}>{name}</option>}
                </For>
              </select>
            </label>
            <For each={TEXTS}>
              {([name, label]) => (
                <label>
                  {label}
                  <input
                    value={settings()[name] ?? ''}
                    placeholder={detected(name)}
                    onInput={(event) => set({ [name]: event.currentTarget.value || null })}
                  />
                </label>
              )}
            </For>
            <label>
              Addresses that name no file
              <select
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  set({ singlePage: value === '' ? null : value === 'yes' });
                }}
              >
                <option value="" selected={settings().singlePage === null}>
                  Detected
                </option>
                <option value="yes" selected={settings().singlePage === true}>
                  Get the first page (single-page app)
                </option>
                <option value="no" selected={settings().singlePage === false}>
                  Are not found
                </option>
              </select>
            </label>
            <label>
              Slash at the end of addresses
              <select
                onChange={(event) =>
                  set({ trailingSlash: trailingSlashes.find((name) => name === event.currentTarget.value) ?? null })
                }
              >
                <For each={trailingSlashes}>
                  {(name) => (
                    <option value={name} selected={(settings().trailingSlash ?? 'auto') === name}>
                      {{ auto: 'As the files lie', always: 'Always', never: 'Never' }[name]}
                    </option>
                  )}
                </For>
              </select>
            </label>
            <label>
              Publishing
              <select
                onChange={(event) =>
                  set({ publishing: publishings.find((name) => name === event.currentTarget.value) ?? null })
                }
              >
                <For each={publishings}>
                  {(name) => (
                    <option value={name} selected={(settings().publishing ?? 'keep') === name}>
                      {PUBLISHING_TEXT[name]}
                    </option>
                  )}
                </For>
              </select>
            </label>
            <div class="row">
              <button class="primary">Save settings</button>
              <span class="muted">They hold from the next version on.</span>
            </div>
          </form>
          <VariablesForm admin={props.admin} projectId={props.projectId} variables={site().variables} />
        </>
      )}
    </Show>
  );
}
