import type { AdminJob, AdminJobsResponse, JobSide } from '@slipway/contracts';
import { createSignal, For, Match, onMount, Show, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { createDoing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { formatMoment } from '../people/format-moment.ts';
import { Notice } from '../shell/notice.tsx';
import { formatAge } from './format-age.ts';

/** Everybody's jobs: those under way, or those that have ended, a page at a time. */
export function JobsSection() {
  const api = useApi();
  const doing = createDoing();
  const [side, setSide] = createSignal<JobSide>('active');
  const [page, setPage] = createSignal<AdminJobsResponse>();
  const [failure, setFailure] = createSignal<unknown>();
  /** Of many that were asked for, only the newest answer is shown. */
  let asked = 0;
  const read = async (after?: string): Promise<void> => {
    const mine = ++asked;
    try {
      const read = await api.operations.jobs(side(), after);
      if (mine !== asked) return;
      setPage(read);
      setFailure(undefined);
    } catch (error) {
      if (mine === asked) setFailure(error);
    }
  };
  onMount(() => void read());
  const act = (work: () => Promise<unknown>, told: string) =>
    void doing.run(async () => {
      await work();
      await read();
    }, told);

  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">Jobs</h2>
      <div class="row">
        <label>
          <span>Show</span>
          <select
            value={side()}
            onChange={(event) => {
              setSide(event.currentTarget.value === 'ended' ? 'ended' : 'active');
              void read();
            }}
          >
            <option value="active">Waiting and running</option>
            <option value="ended">Ended</option>
          </select>
        </label>
        <button onClick={() => void read()}>Look again</button>
      </div>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={failure()}>
          {(error) => (
            <Notice
              tone="error"
              title="Jobs could not be read"
              text={messageOf(error())}
              action={{ label: 'Try again', run: () => void read() }}
            />
          )}
        </Match>
        <Match when={page()}>
          {(shown) => (
            <>
              <ul class="people-list" aria-label="Jobs">
                <For
                  each={shown().jobs}
                  fallback={
                    <li class="muted">{side() === 'active' ? 'Nothing waits or runs.' : 'Nothing has ended yet.'}</li>
                  }
                >
                  {(job) => (
                    <JobRow
                      job={job}
                      now={shown().now}
                      busy={doing.busy()}
                      onCancel={() => act(() => api.operations.cancelJob(job.id), `The job of ${job.owner} is ended.`)}
                      onRetry={() =>
                        act(() => api.operations.retryJob(job.id), `The build of ${job.owner} waits again.`)
                      }
                    />
                  )}
                </For>
              </ul>
              <Show when={shown().next}>{(next) => <button onClick={() => void read(next())}>Next jobs</button>}</Show>
            </>
          )}
        </Match>
      </Switch>
      <DoingNotice doing={doing} />
    </section>
  );
}

const KINDS: Readonly<Record<AdminJob['kind'], string>> = {
  preview_build: 'Build',
  verify_build: 'Check of a tab’s build',
};
/** What may end otherwise the next time; the server says so too. */
const RETRIED: ReadonlySet<AdminJob['status']> = new Set(['failed', 'expired', 'cancelled']);

/** One job: whose, how it goes, and what may be done about it. */
function JobRow(props: { job: AdminJob; now: number; busy: boolean; onCancel: () => void; onRetry: () => void }) {
  const active = () => props.job.status === 'queued' || props.job.status === 'running';
  const age = () => {
    const { createdAt, startedAt, finishedAt, status } = props.job;
    if (status === 'queued') return `for ${formatAge(props.now - createdAt)}`;
    if (status === 'running') return `for ${formatAge(props.now - (startedAt ?? createdAt))}`;
    return formatMoment(finishedAt);
  };
  const state = () => (props.job.cancelRequested ? 'is being ended' : props.job.status);
  const label = (what: string) => `${what} the job of ${props.job.owner}, ${age()}`;
  return (
    <li>
      <span>
        <strong>{props.job.owner}</strong> {KINDS[props.job.kind]}
        <br />
        <span class="muted">
          {state()} {age()} · attempt {props.job.attempts} of {props.job.maxAttempts}
          <Show when={props.job.worker}>{(worker) => ` · ${worker()}`}</Show>
          <Show when={props.job.error}>{(error) => ` · ${error()}`}</Show>
        </span>
      </span>
      <div class="row">
        <Show when={props.job.kind === 'preview_build' && active() && !props.job.cancelRequested}>
          <button disabled={props.busy} aria-label={label('Cancel')} onClick={() => props.onCancel()}>
            Cancel
          </button>
        </Show>
        <Show when={props.job.kind === 'preview_build' && RETRIED.has(props.job.status)}>
          <button disabled={props.busy} aria-label={label('Try again')} onClick={() => props.onRetry()}>
            Try again
          </button>
        </Show>
      </div>
    </li>
  );
}
