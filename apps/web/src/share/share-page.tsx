import { apiPaths, errorEnvelope, type SharedProjectResponse, sharedProjectResponse } from '@slipway/contracts';
import {
  createEffect,
  createResource,
  createSignal,
  For,
  getOwner,
  lazy,
  Match,
  on,
  runWithOwner,
  Show,
  Suspense,
  Switch,
  untrack,
} from 'solid-js';
import { messageOf } from '../api/api-error.ts';
import { askOpenly } from '../people/ask-openly.ts';
import { createDoing, type Doing } from '../people/create-doing.ts';
import { DoingNotice } from '../people/doing-notice.tsx';
import { formatMoment } from '../people/format-moment.ts';
import type { Session } from '../session/create-session.ts';
import { SignInForm } from '../session/sign-in-form.tsx';
import { chooseFirst } from './choose-first.ts';
import { sessionForCopy, takeCopy } from './take-copy.ts';
import type { SharedRun } from './create-shared-run.ts';
import './share.css';

const SharedRunView = lazy(async () => ({ default: (await import('./shared-run.tsx')).SharedRunView }));
const SharedText = lazy(async () => ({ default: (await import('./shared-text.tsx')).SharedText }));

/** Of the page's own address: who comes by an embed's button has the keyboard on Run. */
const RUN_HASH = '#run';

/** What a link shows: the files of somebody's project, and the way to a copy of one's own. */
export function SharePage(props: { token: string; embedded: boolean }) {
  const [project] = createResource(() => askOpenly(sharedProjectResponse, apiPaths.shared, { token: props.token }));
  return (
    <Switch
      fallback={
        <main class="center">
          <p class="muted" role="status">
            Opening the project…
          </p>
        </main>
      }
    >
      <Match when={project.error}>
        <main class="center">
          <section class="card">
            <h1>This link leads nowhere</h1>
            <p role="alert">{messageOf(project.error)}</p>
            <p>
              <a href="/">Slipway</a>
            </p>
          </section>
        </main>
      </Match>
      <Match when={project()}>{(found) => <SharedProject project={found()} {...props} />}</Match>
    </Switch>
  );
}

/** Without a session: all calls of the app carry the link's token in their body, where no log of addresses has it. */
function SharedProject(props: { project: SharedProjectResponse; token: string; embedded: boolean }) {
  const paths = props.project.files.map(({ path }) => path);
  const [path, setPath] = createSignal(chooseFirst(paths));
  const [text] = createResource(path, (wanted) => readText(props.token, wanted));
  const doing = createDoing();
  const [session, setSession] = createSignal<Session>();
  // The session opens with the first copy: who only reads causes no sign-in at all.
  const copy = (): void =>
    void doing.run(async () => {
      const own = sessionForCopy(session());
      // Kept before it is open, so that the page can show the form when nobody is signed in.
      setSession(own);
      const id = await takeCopy(props.token, own);
      if (id !== undefined) location.assign(`/projects/${id}`);
    });
  const page = `/s/${props.token}`;
  const owner = getOwner();
  const [run, setRun] = createSignal<SharedRun>();
  const start = (): void =>
    void doing.run(async () => {
      const { createSharedRun } = await import('./create-shared-run.ts');
      runWithOwner(owner, () => setRun(createSharedRun(props.token)));
    });
  const typing = (file: string): ((text: string) => void) | undefined => {
    const running = run();
    return running?.state().name === 'open' ? (text) => running.edit(file, text) : undefined;
  };
  const edited = (shown: ShownText): string | undefined => untrack(() => run()?.edited(shown.path)) ?? shown.text;
  return (
    <main class="shared">
      <header class="bar">
        <img src="/favicon.svg" alt="" width="20" height="20" />
        <h1>{props.project.name}</h1>
        <span class="muted">
          shared by {props.project.owner} until {formatMoment(props.project.expiresAt)}
        </span>
        <span class="grow" />
        <Show when={run() === undefined}>
          <Show
            when={!props.embedded}
            fallback={
              <a class="button" href={`${page}${RUN_HASH}`} target="_blank" rel="noreferrer">
                Run in a new tab
              </a>
            }
          >
            <button
              // Any page may send somebody here: a stranger's program begins by a press of this one's own.
              ref={(button) => location.hash === RUN_HASH && queueMicrotask(() => button.focus())}
              disabled={doing.busy()}
              onClick={start}
              title={`Runs ${props.project.owner}’s program in this tab`}
            >
              Run
            </button>
          </Show>
        </Show>
        <Show
          when={!props.embedded}
          fallback={
            <a class="button" href={page} target="_blank" rel="noreferrer">
              Open on Slipway
            </a>
          }
        >
          <button class="primary" disabled={doing.busy()} onClick={copy}>
            {doing.busy() ? 'Copying…' : 'Open a copy'}
          </button>
        </Show>
      </header>
      <CopyTrouble doing={doing} session={session()} onSignedIn={copy} />
      <div class="shared-body" classList={{ runs: run() !== undefined }}>
        <nav aria-label="Files">
          <For each={paths}>
            {(each) => (
              <button
                class="shared-file"
                aria-current={each === path() ? 'page' : undefined}
                onClick={() => setPath(each)}
              >
                {each}
              </button>
            )}
          </For>
          <Show when={props.project.cut}>
            <p class="muted">There are more files than are listed. A copy has all of them.</p>
          </Show>
        </nav>
        <Suspense fallback={<p class="muted">Loading…</p>}>
          <Switch>
            <Match when={path() === undefined}>
              <p class="muted">The project has no files.</p>
            </Match>
            <Match when={text.error}>
              <p role="alert">{messageOf(text.error)}</p>
            </Match>
            <Match when={text()}>
              {(shown) => (
                <SharedText
                  path={shown().path}
                  text={edited(shown())}
                  onEdit={() => (props.embedded ? undefined : copy())}
                  onType={typing(shown().path)}
                />
              )}
            </Match>
          </Switch>
        </Suspense>
        <Show when={run()}>
          {(running) => (
            <Suspense>
              <SharedRunView run={running()} name={props.project.name} />
            </Suspense>
          )}
        </Show>
      </div>
    </main>
  );
}

/** Why there is no copy yet: something failed, or nobody is signed in. */
function CopyTrouble(props: { doing: Doing; session: Session | undefined; onSignedIn: () => void }) {
  createEffect(
    on(
      () => props.session?.state().name,
      (name, before) => {
        // Signing in was a step on the way to the copy, so the copy goes on.
        if (name === 'signed-in' && before === 'signed-out') props.onSignedIn();
      },
    ),
  );
  const signedOut = (): Session | undefined =>
    props.session?.state().name === 'signed-out' ? props.session : undefined;
  return (
    <Show
      when={signedOut()}
      fallback={
        <Show when={props.doing.failure()}>
          <DoingNotice doing={props.doing} />
        </Show>
      }
    >
      {(session) => (
        <section class="shared-sign-in" aria-label="Sign in">
          <p>A copy is somebody’s own project: sign in to take one. The files can be read without.</p>
          <SignInForm session={session()} />
        </section>
      )}
    </Show>
  );
}

interface ShownText {
  readonly path: string;
  readonly text: string | undefined;
}

/** The text of a file; undefined text for what is none. */
async function readText(token: string, path: string): Promise<ShownText> {
  const answer = await fetch(apiPaths.sharedFile, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token, path }),
  });
  if (!answer.ok)
    throw new Error(
      errorEnvelope.safeParse(await answer.json()).data?.message ?? `The server answered ${answer.status}`,
    );
  const bytes = await answer.arrayBuffer();
  try {
    // Not UTF-8, or with a NUL: shown as no text instead of as rubbish.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { path, text: text.includes('\0') ? undefined : text };
  } catch (error) {
    if (error instanceof TypeError) return { path, text: undefined };
    throw error;
  }
}
