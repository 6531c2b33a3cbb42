import {
  apiPaths,
  errorEnvelope,
  id,
  openResponse,
  sessionResponse,
  type LoginBody,
  type OpenResponse,
  type User,
} from '@slipway/contracts';
import { createSignal, type Accessor } from 'solid-js';
import { type KnownProjects, knownProjects } from '../folder/known-projects.ts';
import { FirstData } from './first-data.ts';
import { nextSessionState, type SessionEvent, type SessionState } from './session-state.ts';

/** One for the page; a failure of the network is no sign-out. */
export interface Session {
  readonly state: Accessor<SessionState>;
  /** Why the server could not be asked, when it could not. */
  readonly failure: Accessor<string | undefined>;
  /** Resolves when the page knows who is signed in, if anybody is, or that nobody could be asked. */
  readonly opened: Promise<void>;
  /** What came with the sign-in: the page's first answers. */
  readonly first: FirstData;
  /** Signs in by the refresh cookie or as the machine's owner, and brings the page's first data. */
  open(): Promise<void>;
  /** Resolves with what was wrong, if anything was. */
  signIn(body: LoginBody): Promise<string | undefined>;
  /** Rejects where no server answers; what this browser knows of projects is forgotten all the same. */
  signOut(): Promise<void>;
  /** Tells the page only: the server has stored the name already. */
  renamed(user: User): void;
  /**
   * A token that is valid for the next seconds; renews it when it is not, or when the
   * server has just refused it. Undefined when there is none to be had.
   */
  token(refused?: string): Promise<string | undefined>;
}

/** A token is renewed this long before it would be refused. */
const RENEW_BEFORE_MS = 30_000;
/** Every request of the API waits for a renewal: one that is never answered would hold them all. */
const ANSWER_LIMIT_MS = 30_000;

/** Fetch, time and address come from outside, so that tests have their own. */
export interface SessionNeeds {
  readonly send: typeof fetch;
  readonly nowMs: () => number;
  readonly path: () => string;
  /** Of whom this browser keeps projects. */
  readonly known: Pick<KnownProjects, 'user' | 'belongTo'>;
}

const ownPage: SessionNeeds = {
  send: (...request) => fetch(...request),
  nowMs: () => Date.now(),
  path: () => location.pathname,
  known: knownProjects,
};

/** Begins to open by itself, with the cookie that the browser may have; nobody need ask for it. */
export function createSession({ send, nowMs, path, known }: SessionNeeds = ownPage): Session {
  const [state, setState] = createSignal<SessionState>({ name: 'opening' });
  const first = new FirstData();
  let renewal: Promise<string | undefined> | undefined;

  const dispatch = (event: SessionEvent): void => {
    const next = nextSessionState(state(), event);
    if (next !== undefined) setState(next);
  };

  const post = (path: string, body: unknown): Promise<Response> =>
    send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });

  const enter = (session: NonNullable<OpenResponse['session']>): void => {
    dispatch({ type: 'signed-in', session, nowMs: nowMs() });
    known.belongTo(session.user);
  };
  const leave = (): void => {
    dispatch({ type: 'signed-out' });
    known.belongTo(undefined);
  };

  const open = async (): Promise<void> => {
    dispatch({ type: 'open' });
    try {
      const projectId = projectOf(path());
      const response = await post(apiPaths.open, projectId === undefined ? {} : { projectId });
      if (!response.ok)
        return dispatch({ type: 'failed', message: `It answered ${response.status}. Is its database up?` });
      const opened = openResponse.parse(await response.json());
      first.put(opened);
      if (opened.session === null) leave();
      else enter(opened.session);
    } catch (error) {
      // What this browser keeps of the one who was here opens all the same.
      const user = isUnreached(error) ? known.user() : undefined;
      if (user !== undefined) return dispatch({ type: 'unreached', user });
      dispatch({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };

  const renew = async (): Promise<string | undefined> => {
    // The machine's owner needs no cookie: one that was lost or taken back costs nothing.
    for (const way of [apiPaths.refresh, apiPaths.localSignIn]) {
      const response = await post(way, {});
      if (response.ok) {
        const { data } = sessionResponse.parse(await response.json());
        enter(data);
        // Somebody else has signed in since: what this page holds is not theirs to save.
        const current = state();
        return current.name === 'signed-in' ? current.accessToken : undefined;
      }
      // 503: the cookie is still good (AU-04), so are we.
      if (response.status >= 500) return undefined;
    }
    dispatch({ type: 'refused' });
    return undefined;
  };

  return {
    state,
    first,
    opened: open(),
    failure: () => {
      const current = state();
      return current.name === 'failed' ? current.message : undefined;
    },
    open,
    async signIn(body) {
      const response = await post(apiPaths.login, body);
      if (!response.ok) {
        const envelope = errorEnvelope.safeParse(await response.json());
        return envelope.success ? envelope.data.message : `The server answered ${response.status}`;
      }
      enter(sessionResponse.parse(await response.json()).data);
      const current = state();
      return current.name === 'expired'
        ? `This page is ${current.user.email}’s: sign in as that, or open a new tab`
        : undefined;
    },
    async signOut() {
      try {
        await post(apiPaths.signOut, {});
      } catch (error) {
        if (!isUnreached(error)) throw error;
        // The next person at this browser must not open what it keeps; the cookie is the server's to take back.
        known.belongTo(undefined);
        throw new Error(
          'The server does not answer, so it still knows this browser: sign out again when it does. What was kept ' +
            'here opens for nobody without it',
          { cause: error },
        );
      }
      leave();
    },
    renamed: (user) => dispatch({ type: 'renamed', user }),
    async token(refused) {
      const current = state();
      if (
        current.name === 'signed-in' &&
        current.accessToken !== refused &&
        current.expiresAtMs - RENEW_BEFORE_MS > nowMs()
      )
        return current.accessToken;
      // Nobody knows a password but the person who is being asked for it.
      if (current.name === 'expired' || current.name === 'signed-out') return undefined;
      // Many requests may find the token old at once: one renewal serves them all.
      renewal ??= renew().finally(() => (renewal = undefined));
      return await renewal;
    },
  };
}

/** No answer, or none in time. */
function isUnreached(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
}

/** The project whose page has this path; what is no id is for the page to say. */
function projectOf(path: string): string | undefined {
  return id.safeParse(/^\/projects\/([^/]+)\/?$/.exec(path)?.[1]).data;
}
