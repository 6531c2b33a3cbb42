import { A } from '@solidjs/router';
import type { QuotaName } from '@slipway/contracts';
import { createResource, For, Match, Switch } from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { useApi } from '../api/context.ts';
import { Notice } from '../shell/notice.tsx';
import { formatAmount } from './format-amount.ts';
import './usage.css';

/** What each limit is called, and what to do when it is reached. */
const TITLES: Readonly<Record<QuotaName, { title: string; hint: string }>> = {
  projects: { title: 'Projects', hint: 'Deleting a project gives a place back.' },
  storedBytes: {
    title: 'Storage',
    hint: 'Files of projects, their history, and what was published. Equal files count once.',
  },
  buildsWaiting: {
    title: 'Builds waiting or running',
    hint: 'A newer build of a project takes the place of its older one.',
  },
  buildsAtOnce: { title: 'Builds running at once', hint: 'The others wait for their turn.' },
  sandboxes: { title: 'Sandboxes', hint: 'Destroyed ones do not count.' },
  streams: { title: 'Open browsers', hint: 'All tabs of one browser count once.' },
  mirrorBytesPerHour: {
    title: 'Packages fetched within an hour',
    hint: 'What a browser has kept is not fetched again.',
  },
};

/** Limits of the person who is signed in, and how much of each is used. */
export function UsagePage() {
  const api = useApi();
  const [usage, { refetch }] = createResource(() => api.usage());
  return (
    <main class="projects">
      <header class="page-head">
        <div>
          <h1>Usage</h1>
          <p class="muted">
            What you use of what this server lets you. <A href="/">All projects</A>
          </p>
        </div>
      </header>
      <Switch fallback={<p class="muted">Loading…</p>}>
        <Match when={usage.error}>
          <Notice
            tone="error"
            title="Your usage could not be read"
            text={messageOf(usage.error)}
            action={{ label: 'Try again', run: () => void refetch() }}
          />
        </Match>
        <Match when={usage()}>
          {(list) => (
            <ul class="usage">
              <For each={list()}>
                {({ name, used, limit }) => {
                  const id = `usage-${name}`;
                  return (
                    <li classList={{ full: used >= limit }}>
                      <div class="usage-line">
                        <strong id={id}>{TITLES[name].title}</strong>
                        <span>
                          {formatAmount(name, used)} of {formatAmount(name, limit)}
                        </span>
                      </div>
                      <meter aria-labelledby={id} min={0} max={Math.max(limit, 1)} value={Math.min(used, limit)} />
                      <p class="muted">{TITLES[name].hint}</p>
                    </li>
                  );
                }}
              </For>
            </ul>
          )}
        </Match>
      </Switch>
    </main>
  );
}
