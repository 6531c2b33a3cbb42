import type { VersionLink } from '@slipway/contracts';
import { createSignal, For, Show } from 'solid-js';
import type { Workbench } from '../workbench/feature.ts';
import type { SiteAdmin } from './create-site-admin.ts';

/** From now on, whenever it was made: the server counts from the change. */
const ENDS: readonly (readonly [label: string, seconds: number])[] = [
  ['1 hour', 3600],
  ['1 day', 86_400],
  ['1 week', 7 * 86_400],
  ['30 days', 30 * 86_400],
];

/** What a version's link may do: until when, with which password, how often, and whether at all (P-36). */
export function LinkOptions(props: { admin: SiteAdmin; link: VersionLink; confirm: Workbench['confirm'] }) {
  const [password, setPassword] = createSignal('');
  const [limit, setLimit] = createSignal('');
  const change = (body: Parameters<Parameters<Parameters<SiteAdmin['change']>[0]>[0]['changeLink']>[1]) =>
    props.admin.change((api) => api.changeLink(props.link.buildId, body));
  const open = async (): Promise<void> => {
    const yes = await props.confirm({
      title: 'Remove the password?',
      text: 'Whoever has the link sees this version then.',
      confirm: 'Remove password',
      danger: true,
    });
    if (yes) await change({ password: null });
  };
  return (
    <div class="link-options">
      <label>
        Ends
        <select
          onChange={(event) => {
            const { value } = event.currentTarget;
            void change({ expiresInSeconds: value === '' ? null : Number(value) });
          }}
        >
          <option value="" selected={props.link.expiresAt === null}>
            Never
          </option>
          <Show when={props.link.expiresAt !== null}>
            <option disabled selected>
              As set
            </option>
          </Show>
          <For each={ENDS}>{([label, seconds]) => <option value={String(seconds)}>{`In ${label}`}</option>}</For>
        </select>
      </label>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change({ password: password() }).then((done) => done && setPassword(''));
        }}
      >
        <label>
          Password
          <input
            type="password"
            autocomplete="new-password"
            minlength="4"
            required
            value={password()}
            placeholder={props.link.hasPassword ? 'Set; type another one' : 'None'}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button>Set password</button>
        <Show when={props.link.hasPassword}>
          <button type="button" onClick={() => void open()}>
            Remove password
          </button>
        </Show>
      </form>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void change({ viewLimit: limit() === '' ? null : Number(limit()) }).then((done) => done && setLimit(''));
        }}
      >
        <label>
          Views at most
          <input
            type="number"
            min="1"
            max="1000000000"
            value={limit()}
            placeholder={props.link.viewLimit === null ? 'No limit' : String(props.link.viewLimit)}
            onInput={(event) => setLimit(event.currentTarget.value)}
          />
        </label>
        <button>{limit() === '' ? 'No limit' : 'Set limit'}</button>
      </form>
      <button
        class={props.link.revoked ? undefined : 'danger'}
        onClick={() => void change({ revoked: !props.link.revoked })}
      >
        {props.link.revoked ? 'Give the link again' : 'Take the link back'}
      </button>
    </div>
  );
}
