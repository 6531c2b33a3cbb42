import * as Dialog from '@kobalte/core/dialog';
import { LIVE_HOURS, type Share, shareKind, type ShareKind } from '@slipway/contracts';
import { createResource, createSignal, For, Match, Show, Suspense, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import type { Live } from '../live/create-live.ts';
import { LiveViewers } from '../live/live-viewers.tsx';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { formatMoment } from '../people/format-moment.ts';
import { CopyButton } from '../publish/copy-button.tsx';
import { QrCode } from '../publish/qr-code.tsx';
import { Notice } from '../shell/notice.tsx';
import type { Workbench } from '../workbench/feature.ts';
import { frameOfShare } from './share-links.ts';
import './share.css';

const KINDS: Record<ShareKind, string> = {
  copy: 'Files, and copies of the project',
  embed: 'The same, in a frame of another site',
  live: 'Live preview of what runs in this tab',
};

const NAMES: Record<ShareKind, string> = { copy: 'Link', embed: 'Frame of another site', live: 'Live preview' };

/** Makes links to the project, lists those that there are, and takes them back. */
export function ShareDialog(props: { bench: Workbench; live: Live; onClose: () => void }) {
  const { api, project } = props.bench;
  const doing = createDoing();
  const [chosen, setChosen] = createSignal<ShareKind>('copy');
  // The link is known here and now only: the server keeps a hash of its token.
  const [made, setMade] = createSignal<{ kind: ShareKind; id: string; link: string }>();
  const [shares, { refetch }] = createResource(() => api.shares(project.id));
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const kind = chosen();
    await doing.run(async () => {
      // Others see what is saved: what was just typed is part of it.
      await props.bench.save();
      const expiresInHours = kind === 'live' ? LIVE_HOURS : Number(form.get('hours'));
      const { share, url } = await api.createShare(project.id, { kind, expiresInHours });
      setMade({ kind, id: share.id, link: url });
      if (kind === 'live') props.live.start(share.id);
      await refetch();
    });
  };
  const revoke = (share: Share): void =>
    void doing.run(async () => {
      await api.revokeShare(project.id, share.id);
      if (made()?.id === share.id) setMade(undefined);
      await refetch();
    }, `The link …${share.ending} leads nowhere any more`);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <div class="overlay-place">
          <Dialog.Content class="dialog share-dialog">
            <Dialog.Title>Share “{project.name}”</Dialog.Title>
            <Dialog.Description class="muted">
              Whoever has a link sees the newest files, without signing in. A copy is taken by who is signed in, and is
              theirs.
            </Dialog.Description>
            <form class="share-form" aria-label="New link" onSubmit={(event) => void create(event)}>
              <label>
                What
                <select name="kind" onChange={(event) => setChosen(shareKind.parse(event.currentTarget.value))}>
                  <option value="copy">{KINDS.copy}</option>
                  <option value="embed">{KINDS.embed}</option>
                  <option value="live">{KINDS.live}</option>
                </select>
              </label>
              <Show when={chosen() !== 'live'}>
                <label>
                  For how long
                  <select name="hours">
                    <option value="1">An hour</option>
                    <option value="24">A day</option>
                    <option value="168" selected>
                      A week
                    </option>
                    <option value="720">30 days</option>
                    <option value="8784">A year</option>
                  </select>
                </label>
              </Show>
              <button class="primary" disabled={doing.busy()}>
                Make link
              </button>
            </form>
            <Show when={made()}>{(link) => <MadeLink kind={link().kind} link={link().link} />}</Show>
            <DoingNotice doing={doing} />
            {/* The dialog is there at once; its list comes when it comes. */}
            <Suspense fallback={<p class="muted">Looking for links …</p>}>
              <Switch>
                <Match when={shares.error}>
                  <Notice
                    tone="error"
                    title="The links could not be read"
                    text={messageOf(shares.error)}
                    action={{ label: 'Try again', run: () => void refetch() }}
                  />
                </Match>
                <Match when={shares.latest}>
                  {(list) => <ShareList shares={list()} busy={doing.busy()} live={props.live} onRevoke={revoke} />}
                </Match>
              </Switch>
            </Suspense>
            <div class="row end">
              <Dialog.CloseButton aria-label="Close">Close</Dialog.CloseButton>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Shown until the dialog closes or another link is made; there is no way to see it again. */
function MadeLink(props: { kind: ShareKind; link: string }) {
  return (
    <div class="share-made">
      <QrCode text={props.link} />
      <div>
        <label>
          Link, shown this once
          <input readOnly value={props.link} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <CopyButton text={props.link} label="Copy link" />
        <Show when={props.kind === 'embed'}>
          <label>
            For the page that shows it
            <input readOnly value={frameOfShare(props.link)} onFocus={(event) => event.currentTarget.select()} />
          </label>
          <CopyButton text={frameOfShare(props.link)} label="Copy HTML" />
        </Show>
      </div>
    </div>
  );
}

/** By the last letters of their tokens, which is all that the server can say of them. */
function ShareList(props: { shares: readonly Share[]; busy: boolean; live: Live; onRevoke: (share: Share) => void }) {
  return (
    <section aria-label="Links">
      <h3>Links</h3>
      <Show when={props.shares.length > 0} fallback={<p class="muted">There are none.</p>}>
        <ul class="share-list">
          <For each={props.shares}>
            {(share) => (
              <li>
                <span>
                  {NAMES[share.kind]} <span class="muted">…{share.ending}</span>
                  <br />
                  <span class="muted">
                    until {formatMoment(share.expiresAt)}
                    {share.kind === 'live' ? '' : ` · seen ${share.views} times · copied ${share.copies} times`}
                  </span>
                  <Show when={share.kind === 'live'}>
                    <LiveViewers
                      state={props.live.states().get(share.id)}
                      onStart={() => props.live.start(share.id)}
                      onEnd={(id) => props.live.endViewer(share.id, id)}
                    />
                  </Show>
                </span>
                <button
                  aria-label={`Take back the link ${share.ending}`}
                  disabled={props.busy}
                  onClick={() => props.onRevoke(share)}
                >
                  Take back
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
