import { createMemo, createSignal, For, Show } from 'solid-js';
import type { Workbench } from '../workbench/feature.ts';
import { CopyButton } from './copy-button.tsx';
import type { SiteAdmin, Version } from './create-site-admin.ts';
import { LinkOptions } from './link-options.tsx';
import { VerdictBadge } from './verification.tsx';

const DATES = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Every version that there is: which one is shown, and what its link may do. */
export function VersionsView(props: { admin: SiteAdmin; confirm: Workbench['confirm'] }) {
  const [open, setOpen] = createSignal<string>();
  const ids = createMemo(() => props.admin.versions().map(({ build }) => build.id));
  const remove = async ({ build }: Version): Promise<void> => {
    const yes = await props.confirm({
      title: 'Delete this version?',
      text: 'Its files, link and log are gone for good.',
      confirm: 'Delete',
      danger: true,
    });
    if (yes) await props.admin.change((api) => api.deleteBuild(build.id));
  };
  return (
    <Show
      when={props.admin.versions().length > 0}
      fallback={<p class="empty">There is no version yet: “Publish” makes the first one.</p>}
    >
      <ul class="versions" aria-label="Versions">
        {/* By their ids: a row, and what is typed in it, stays with its version through each reading of the site. */}
        <For each={ids()}>
          {(id) => (
            <Show when={props.admin.versions().find(({ build }) => build.id === id)}>
              {(version) => (
                <VersionRow
                  admin={props.admin}
                  confirm={props.confirm}
                  version={version()}
                  open={open() === id}
                  onOpen={() => setOpen(open() === id ? undefined : id)}
                  onRemove={() => void remove(version())}
                />
              )}
            </Show>
          )}
        </For>
      </ul>
    </Show>
  );
}

function VersionRow(props: {
  admin: SiteAdmin;
  confirm: Workbench['confirm'];
  version: Version;
  open: boolean;
  onOpen: () => void;
  onRemove: () => void;
}) {
  return (
    <li>
      <div class="row">
        <strong>{DATES.format(props.version.build.createdAt / 1000)}</strong>
        <Show when={props.version.shown}>
          <span class="badge succeeded">Shown</span>
        </Show>
        <VerdictBadge verification={props.version.build.verification} />
        <Show when={props.version.link}>{(link) => <span class="muted">{summaryOf(link())}</span>}</Show>
        <span class="grow" />
        <Show when={!props.version.shown}>
          <button onClick={() => void props.admin.change((api) => api.activateBuild(props.version.build.id))}>
            Show this version
          </button>
        </Show>
        <button aria-expanded={props.open} onClick={() => props.onOpen()}>
          Link options
        </button>
        <Show when={!props.version.shown}>
          <button class="danger" onClick={() => props.onRemove()}>
            Delete
          </button>
        </Show>
      </div>
      <Show when={props.open && props.version.link}>
        {(link) => (
          <>
            <div class="row">
              <a class="version-link" href={link().url} target="_blank" rel="noreferrer">
                {link().url}
              </a>
              <CopyButton text={link().url} label="Copy link" />
            </div>
            <LinkOptions admin={props.admin} link={link()} confirm={props.confirm} />
          </>
        )}
      </Show>
    </li>
  );
}

/** Views count those of the link, not those of the site's addresses. */
function summaryOf(link: NonNullable<Version['link']>): string {
  const parts = [`${link.views} ${link.views === 1 ? 'view' : 'views'}`];
  if (link.viewLimit !== null) parts[0] = `${link.views} of ${link.viewLimit} views`;
  if (link.revoked) parts.push('taken back');
  if (link.hasPassword) parts.push('with a password');
  if (link.expiresAt !== null) parts.push(`until ${DATES.format(link.expiresAt / 1000)}`);
  return parts.join(' · ');
}
