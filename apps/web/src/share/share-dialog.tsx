import * as Dialog from '@kobalte/core/dialog';
import type { Share, ShareKind } from '@slipway/contracts';
import { createResource, createSignal, For, Show } from 'solid-js';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { formatMoment } from '../people/format-moment.ts';
import { CopyButton } from '../publish/copy-button.tsx';
import { QrCode } from '../publish/qr-code.tsx';
import type { Workbench } from '../workbench/feature.ts';
import { frameOfShare, linkOfShare } from './share-links.ts';
import './share.css';

const KINDS: Record<ShareKind, string> = {
  copy: 'Files, and copies of the project',
  embed: 'The same, in a frame of another site',
};

/** Makes links to the project, lists those that there are, and takes them back. */
export function ShareDialog(props: { bench: Workbench; onClose: () => void }) {
  const { api, project } = props.bench;
  const doing = createDoing();
  const [made, setMade] = createSignal<{ kind: ShareKind; link: string }>();
  const [shares, { refetch }] = createResource(() => api.shares(project.id));
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const kind: ShareKind = form.get('kind') === 'embed' ? 'embed' : 'copy';
    await doing.run(async () => {
      // Others see what is saved: what was just typed is part of it.
      await props.bench.save();
      const { token } = await api.createShare(project.id, { kind, expiresInHours: Number(form.get('hours')) });
      setMade({ kind, link: linkOfShare(location.origin, kind, token) });
      await refetch();
    });
  };
  const revoke = (share: Share): void =>
    void doing.run(async () => {
      await api.revokeShare(project.id, share.id);
      if (made()?.link.includes(share.ending) === true) setMade(undefined);
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
                <select name="kind">
                  <option value="copy">{KINDS.copy}</option>
                  <option value="embed">{KINDS.embed}</option>
                </select>
              </label>
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
              <button class="primary" disabled={doing.busy()}>
                Make link
              </button>
            </form>
            <Show when={made()}>{(link) => <MadeLink kind={link().kind} link={link().link} />}</Show>
            <DoingNotice doing={doing} />
            <ShareList shares={shares.latest ?? []} busy={doing.busy()} onRevoke={revoke} />
            <div class="row end">
              <Dialog.CloseButton aria-label="Close">Close</Dialog.CloseButton>
            </div>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

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

function ShareList(props: { shares: readonly Share[]; busy: boolean; onRevoke: (share: Share) => void }) {
  return (
    <section aria-label="Links">
      <h3>Links</h3>
      <Show when={props.shares.length > 0} fallback={<p class="muted">There are none.</p>}>
        <ul class="share-list">
          <For each={props.shares}>
            {(share) => (
              <li>
                <span>
                  {share.kind === 'embed' ? 'Frame of another site' : 'Link'} <span class="muted">…{share.ending}</span>
                  <br />
                  <span class="muted">
                    until {formatMoment(share.expiresAt)} · seen {share.views} times · copied {share.copies} times
                  </span>
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
