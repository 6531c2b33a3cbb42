import type { AuditResponse } from '@slipway/contracts';
import { For, Match, onMount, Show, Switch } from 'solid-js';
import { Notice } from '../shell/notice.tsx';
import { createAudit } from './create-audit.ts';
import { formatMoment } from './format-moment.ts';

/** What the actions of the log are called; an unknown one stands for itself. */
const TITLES: Readonly<Record<string, string>> = {
  'session.open': 'signed in',
  'session.refuse': 'sign-in refused: wrong password',
  'session.end': 'ended a session',
  'session.end-others': 'ended all other sessions',
  'session.end-all': 'ended all sessions of',
  'password.set': 'set the password',
  'password.reset': 'set a new password by a link',
  'password.reset-link': 'made a link for a new password of',
  'token.create': 'made an access token',
  'token.revoke': 'revoked an access token',
  'invitation.create': 'invited somebody',
  'invitation.revoke': 'took an invitation back',
  'user.sign-up': 'made the account',
  'user.link': 'linked the account with the identity provider',
  'user.role': 'changed the role of',
  'user.export': 'exported all data',
  'user.delete': 'deleted the account',
  'plugin.install': 'installed a plugin',
  'plugin.upgrade': 'upgraded a plugin',
  'plugin.rollBack': 'took a plugin back to the version before',
  'plugin.enable': 'turned a plugin on',
  'plugin.disable': 'turned a plugin off',
  'plugin.uninstall': 'uninstalled a plugin',
  'plugin.replay': 'looked at what a call of a plugin was told',
  'project.delete': 'deleted a project',
  'job.cancel': 'ended a job of',
  'job.retry': 'tried a build again of',
  'publish.queue': 'published',
  'publish.tab': 'published from a tab',
  'publish.activate': 'chose another published build',
  'version.delete': 'deleted a version',
  'link.change': 'changed the link of a version',
  'site.unpublish': 'unpublished the site',
  'site.password.change': 'changed the site’s password',
  'site.address.add': 'gave the site an address',
  'site.address.remove': 'took an address from the site',
  'site.domain.verify': 'proved a domain of the site',
};

/** Lines of the audit log, newest first, a page at a time. */
export function AuditList(props: { read: (before?: number) => Promise<AuditResponse>; everybody: boolean }) {
  const audit = createAudit((before) => props.read(before));
  onMount(() => void audit.readOn());
  const failed = () => (
    <Show when={audit.failure()}>
      {(text) => (
        <Notice
          tone="error"
          title="The log could not be read"
          text={text()}
          action={{ label: 'Try again', run: () => void audit.readOn() }}
        />
      )}
    </Show>
  );
  return (
    <Switch fallback={audit.failure() === undefined ? <p class="muted">Loading…</p> : failed()}>
      <Match when={audit.entries()}>
        <ul class="people-list">
          <For each={audit.entries()} fallback={<li class="muted">Nothing yet.</li>}>
            {(entry) => (
              <li>
                <span>
                  <Show when={props.everybody}>
                    <strong>
                      {entry.actor ?? (entry.actorId === null ? 'Nobody signed in' : 'A deleted account')}
                    </strong>{' '}
                  </Show>
                  {TITLES[entry.action] ?? entry.action}
                  <Show when={entry.personId !== entry.actorId && entry.person}>{(person) => ` ${person()}`}</Show>
                  <Show when={entry.details['name']}>{(name) => ` “${String(name())}”`}</Show>
                  <Show when={entry.details['role']}>{(role) => ` (${String(role())})`}</Show>
                </span>
                <span class="muted">
                  {formatMoment(entry.at)}
                  <Show when={entry.address}>{(address) => ` · ${address()}`}</Show>
                </span>
              </li>
            )}
          </For>
        </ul>
        {failed()}
        <Show when={audit.more()}>
          <button disabled={audit.busy()} onClick={() => void audit.readOn()}>
            Show older
          </button>
        </Show>
      </Match>
    </Switch>
  );
}
