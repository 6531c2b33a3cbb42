import { Route, Router } from '@solidjs/router';
import { lazy, Match, Show, Switch } from 'solid-js';
import { createApi } from './api/create-api.ts';
import { ApiContext } from './api/context.ts';
import { NoSuchPage } from './errors/no-such-page.tsx';
import { createLink } from './api/link/create-link.ts';
import { linkPageOf } from './people/link-page-of.ts';
import { ProjectsPage } from './projects/projects-page.tsx';
import { createSession } from './session/create-session.ts';
import { shareTokenOf } from './share/share-links.ts';
import { SignInAgain } from './session/sign-in-again.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { Notice } from './shell/notice.tsx';

// The editor and the terminal are most of the bytes; the project list needs neither.
const WorkspacePage = lazy(async () => ({ default: (await import('./workspace/workspace-page.tsx')).WorkspacePage }));

const AccountPage = lazy(async () => ({ default: (await import('./people/account-page.tsx')).AccountPage }));
const AdminPage = lazy(async () => ({ default: (await import('./operations/admin-page.tsx')).AdminPage }));
const LinkPage = lazy(async () => ({ default: (await import('./people/link-page.tsx')).LinkPage }));

const PluginsPage = lazy(async () => ({ default: (await import('./plugins/plugins-page.tsx')).PluginsPage }));
const PluginPage = lazy(async () => ({ default: (await import('./plugins/plugin-page.tsx')).PluginPage }));
const ModelsPage = lazy(async () => ({ default: (await import('./agent/models-page.tsx')).ModelsPage }));

const SharePage = lazy(async () => ({ default: (await import('./share/share-page.tsx')).SharePage }));

const UsagePage = lazy(async () => ({ default: (await import('./usage/usage-page.tsx')).UsagePage }));

/** The page: one that needs no session, or the IDE. */
export function App() {
  const token = shareTokenOf(location.pathname);
  if (token !== undefined) {
    const embedded = new URLSearchParams(location.search).get('embed') === '1';
    return <SharePage token={token} embedded={embedded} />;
  }
  const kind = linkPageOf(location.pathname);
  return kind === undefined ? <Ide /> : <LinkPage kind={kind} />;
}

/** The IDE: who is signed in decides what is shown, then the address does. */
function Ide() {
  const session = createSession();
  const api = createApi(session, createLink(session));
  const expiredUser = () => {
    const state = session.state();
    return state.name === 'expired' ? state.user : undefined;
  };
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
            <Notice
              alone
              tone="error"
              title="The server does not answer"
              text={message()}
              action={{ label: 'Try again', run: () => void session.open() }}
            />
          </main>
        )}
      </Match>
      <Match when={session.state().name === 'signed-out'}>
        <SignInPage session={session} />
      </Match>
      <Match when={['signed-in', 'expired', 'offline'].includes(session.state().name)}>
        <ApiContext.Provider value={api}>
          <Router>
            <Route path="/" component={ProjectsPage} />
            <Route path="/usage" component={UsagePage} />
            <Route path="/account" component={AccountPage} />
            <Route path="/models" component={ModelsPage} />
            <Route path="/admin" component={AdminPage} />
            <Route path="/plugins" component={PluginsPage} />
            <Route path="/plugins/:id" component={PluginPage} />
            <Route path="/projects/:id" component={WorkspacePage} />
            <Route path="*" component={NoSuchPage} />
          </Router>
          <Show when={expiredUser()}>{(user) => <SignInAgain session={session} user={user()} />}</Show>
        </ApiContext.Provider>
      </Match>
    </Switch>
  );
}
