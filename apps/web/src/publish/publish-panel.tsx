import { type BuildStatus, explainFailure, isTerminal, type Project } from '@slipway/contracts';
import { createSignal, Match, Show, Switch } from 'solid-js';
import type { Api } from '../api/create-api.ts';
import { Notice } from '../shell/notice.tsx';
import { Tabs } from '../shell/tabs.tsx';
import type { Workbench } from '../workbench/feature.ts';
import { AddressesView } from './addresses-view.tsx';
import { CopyButton } from './copy-button.tsx';
import type { TabPhase } from './build-in-tab.ts';
import type { Publisher } from './create-publisher.ts';
import type { LocalBuild } from './create-tab-builds.ts';
import type { SiteAdmin } from './create-site-admin.ts';
import { LogView } from './log-view.tsx';
import './publish.css';
import { SettingsForm } from './settings-form.tsx';
import { Verification } from './verification.tsx';
import { VersionsView } from './versions-view.tsx';

const STATUS_TEXT: Record<BuildStatus, string> = {
  queued: 'Waiting for a worker…',
  running: 'Building…',
  succeeded: 'Published',
  failed: 'Failed',
  cancelled: 'Cancelled',
  expired: 'Given up: it took too long or too many attempts',
  stale: 'Replaced by a newer build',
};

const PHASE_TEXT: Record<TabPhase, string> = {
  saving: 'Saving…',
  building: 'Building in this tab…',
  sending: 'Publishing…',
};

const VIEWS = [
  { name: 'publish-log', label: 'Log' },
  { name: 'publish-versions', label: 'Versions' },
  { name: 'publish-addresses', label: 'Addresses' },
  { name: 'publish-settings', label: 'Settings' },
] as const;

type View = (typeof VIEWS)[number]['name'];

/** What a tab's own build is at (`publisher.local`) is shown before the server knows of it. */
export function PublishPanel(props: {
  publisher: Publisher;
  admin: SiteAdmin;
  api: Pick<Api, 'verification' | 'verifyAgain'>;
  project: Pick<Project, 'id'>;
  confirm: Workbench['confirm'];
  publish: (onServer?: boolean) => void;
}) {
  const [view, setView] = createSignal<View>('publish-log');
  /** Read anew when it is looked at: another tab, or the check of a build, may have changed the site. */
  const select = (next: View): void => {
    setView(next);
    props.admin.forget();
    if (next !== 'publish-log') void props.admin.reload();
  };
  const unpublish = async (): Promise<void> => {
    const yes = await props.confirm({
      title: 'Unpublish this project?',
      text: 'Its addresses show nothing any more, and the links of all its versions are taken back. Versions stay.',
      confirm: 'Unpublish',
      danger: true,
    });
    if (yes) await props.admin.change((api) => api.unpublish(props.project.id));
  };
  return (
    <section class="publish" aria-label="Publish">
      <Show when={props.publisher.failure()}>
        <p class="error publish-failure" role="alert">
          {props.publisher.failure()}
        </p>
      </Show>
      <Show
        when={props.publisher.local()}
        fallback={<Status publisher={props.publisher} api={props.api} publish={props.publish} />}
      >
        {(local) => <LocalStatus local={local()} publisher={props.publisher} publish={props.publish} />}
      </Show>
      <Tabs label="Site" choices={VIEWS} current={view()} onSelect={select} />
      <div
        class="publish-body"
        classList={{ 'with-log': view() === 'publish-log' }}
        id={`panel-${view()}`}
        role="tabpanel"
        aria-busy={props.admin.busy()}
        aria-labelledby={`tab-${view()}`}
      >
        <Show when={view() !== 'publish-log' && props.admin.problem()}>
          <p class="error" role="alert">
            {props.admin.problem()}
          </p>
        </Show>
        <Show when={view() !== 'publish-log' && props.admin.unread()}>
          {(text) => (
            <Notice
              tone="error"
              title="The site could not be read"
              text={text()}
              action={{ label: 'Try again', run: () => void props.admin.reload() }}
            />
          )}
        </Show>
        <Switch>
          <Match when={view() === 'publish-log'}>
            <Show
              when={props.publisher.local() ?? props.publisher.build()}
              fallback={
                <p class="empty">
                  Not published yet. “Publish” saves and builds the project, and gives you a link that works for
                  anybody.
                </p>
              }
            >
              <LogView publisher={props.publisher} />
            </Show>
          </Match>
          <Match when={props.admin.site() === undefined}>
            <Show when={props.admin.unread() === undefined}>
              <p class="muted">Loading…</p>
            </Show>
          </Match>
          <Match when={view() === 'publish-versions'}>
            <VersionsView admin={props.admin} confirm={props.confirm} />
          </Match>
          <Match when={view() === 'publish-addresses'}>
            <AddressesView
              admin={props.admin}
              projectId={props.project.id}
              confirm={props.confirm}
              unpublish={() => void unpublish()}
            />
          </Match>
          <Match when={view() === 'publish-settings'}>
            <SettingsForm admin={props.admin} projectId={props.project.id} />
          </Match>
        </Switch>
      </div>
    </section>
  );
}

function LocalStatus(props: { local: LocalBuild; publisher: Publisher; publish: (onServer?: boolean) => void }) {
  const failed = (): string | undefined => (props.local.name === 'failed' ? props.local.summary : undefined);
  const cancelling = (): boolean => props.local.name !== 'failed' && props.local.cancelling;
  return (
    <div class="publish-status" role="status">
      <span class="badge" classList={{ running: failed() === undefined, failed: failed() !== undefined }}>
        {props.local.name === 'failed' ? 'Failed in this tab' : PHASE_TEXT[props.local.name]}
      </span>
      <Show
        when={failed()}
        fallback={
          <button disabled={cancelling()} onClick={() => void props.publisher.cancel()}>
            {cancelling() ? 'Cancelling…' : 'Cancel'}
          </button>
        }
      >
        {(summary) => (
          <>
            <button onClick={() => props.publish()}>Try again</button>
            <button onClick={() => props.publish(true)}>Build on the server</button>
            <Failure summary={summary()} />
          </>
        )}
      </Show>
    </div>
  );
}

function Failure(props: { summary: string }) {
  return (
    <>
      <span class="error">{props.summary}</span>
      <p class="publish-advice">
        {explainFailure(props.summary).what} {explainFailure(props.summary).todo}
      </p>
    </>
  );
}

/** What the newest build is at: its badge, its link, and what to do where it failed. */
function Status(props: {
  publisher: Publisher;
  api: Pick<Api, 'verification' | 'verifyAgain'>;
  publish: (onServer?: boolean) => void;
}) {
  return (
    <Show when={props.publisher.build()}>
      {(build) => (
        <div class="publish-status" role="status">
          <span class={`badge ${build().status}`}>{STATUS_TEXT[build().status]}</span>
          <Show when={!props.publisher.connected()}>
            <span class="muted">reconnecting…</span>
          </Show>
          <Show when={!isTerminal(build().status)}>
            <button disabled={build().cancelRequested} onClick={() => void props.publisher.cancel()}>
              {build().cancelRequested ? 'Cancelling…' : 'Cancel'}
            </button>
          </Show>
          <Show when={isTerminal(build().status) && build().status !== 'succeeded'}>
            <button onClick={() => void props.publisher.retry()}>Try again</button>
          </Show>
          <Show when={build().previewUrl}>
            {(url) => (
              <>
                <a class="published-link" href={url()} target="_blank" rel="noreferrer">
                  {url()}
                </a>
                <CopyButton text={url()} label="Copy link" />
              </>
            )}
          </Show>
          <Show when={build().verification !== null && build().status === 'succeeded'}>
            <Verification build={build()} api={props.api} />
          </Show>
          <Show when={props.publisher.note()}>
            {(why) => <p class="publish-advice">{`Built on the server: ${why()}.`}</p>}
          </Show>
          <Show when={build().errorSummary}>{(summary) => <Failure summary={summary()} />}</Show>
        </div>
      )}
    </Show>
  );
}
