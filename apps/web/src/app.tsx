import { Route, Router } from '@solidjs/router';
import { lazy, Match, Switch } from 'solid-js';
import { createApi } from './api/create-api.ts';
import { ApiContext } from './api/context.ts';
import { ProjectsPage } from './projects/projects-page.tsx';
import { createSession } from './session/create-session.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Notice } from './shell/notice.tsx';

// The editor and the terminal are most of the bytes; the project list needs neither.
const WorkspacePage = lazy(async () => ({ default: (await import('./workspace/workspace-page.tsx')).WorkspacePage }));

export function App() {
  const session = createSession();
  const api = createApi(session);
  return (
    <Switch>
      <Match when={session.state().name === 'opening'}>
        <main class="center">
          <p class="muted" role="status">
            Signing in…
          </p>
        </main>
      </Match>
      <Match when={session.failure()}>
        {(message) => (
          <main class="center">
            <Notice tone="error" title="The server does not answer" text={message()} action={{ label: 'Try again', run: () => void session.open() }} />
          </main>
        )}
      </Match>
      <Match when={session.state().name === 'signed-out'}>
        <SignInPage session={session} />
      </Match>
      <Match when={session.state().name === 'signed-in'}>
        <ApiContext.Provider value={api}>
          <Router>
            <Route path="/" component={ProjectsPage} />
            <Route path="/projects/:id" component={WorkspacePage} />
            <Route path="*" component={NotFound} />
          </Router>
        </ApiContext.Provider>
      </Match>
    </Switch>
  );
}
