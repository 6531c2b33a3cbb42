import { apiPaths, errorEnvelope, sessionResponse, type LoginBody, type SessionResponse } from '@slipway/contracts';
import { createSignal, type Accessor } from 'solid-js';
import { nextSessionState, type SessionEvent, type SessionState } from './session-state.ts';

export interface Session {
  readonly state: Accessor<SessionState>;
  /** Why the server could not be asked, when it could not. */
  readonly failure: Accessor<string | undefined>;
  /** Tries the refresh cookie, then the local owner's sign-in. */
  open(): Promise<void>;
  signIn(body: LoginBody): Promise<string | undefined>;
  signOut(): Promise<void>;
  /** A token that is valid for the next seconds; renews it when it is not. Undefined when signed out. */
  token(): Promise<string | undefined>;
}

/** A token is renewed this long before it would be refused. */
const RENEW_BEFORE_MS = 30_000;

export function createSession(): Session {
  const [state, setState] = createSignal<SessionState>({ name: 'opening' });
  let renewal: Promise<string | undefined> | undefined;

  const dispatch = (event: SessionEvent): void => {
    const next = nextSessionState(state(), event);
    if (next !== undefined) setState(next);
  };

  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

  const enter = async (response: Response): Promise<SessionResponse> => {
    const session = sessionResponse.parse(await response.json());
    dispatch({ type: 'signed-in', session, nowMs: Date.now() });
    return session;
  };

  const open = async (): Promise<void> => {
    dispatch({ type: 'open' });
    try {
      const refreshed = await post(apiPaths.refresh, {});
      if (refreshed.ok) return void (await enter(refreshed));
      if (refreshed.status >= 500) return dispatch({ type: 'failed', message: `It answered ${refreshed.status}. Is its database up?` });
      const local = await post(apiPaths.localSignIn, {});
      if (local.ok) await enter(local);
      else dispatch({ type: 'signed-out' });
    } catch (error) {
      dispatch({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };

  const renew = async (): Promise<string | undefined> => {
    const response = await post(apiPaths.refresh, {});
    if (response.ok) return (await enter(response)).data.accessToken;
    // 503: the cookie is still good (AU-04), so are we.
    if (response.status < 500) dispatch({ type: 'signed-out' });
    return undefined;
  };

  void open();

  return {
    state,
    failure: () => {
      const current = state();
      return current.name === 'failed' ? current.message : undefined;
    },
    open,
    async signIn(body) {
      const response = await post(apiPaths.login, body);
      if (response.ok) {
        await enter(response);
        return undefined;
      }
      const envelope = errorEnvelope.safeParse(await response.json());
      return envelope.success ? envelope.data.message : `The server answered ${response.status}`;
    },
    async signOut() {
      await post(apiPaths.signOut, {});
      dispatch({ type: 'signed-out' });
    },
    async token() {
      const current = state();
      if (current.name === 'signed-in' && current.expiresAtMs - RENEW_BEFORE_MS > Date.now()) return current.accessToken;
      // Many requests may find the token old at once: one renewal serves them all.
      renewal ??= renew().finally(() => (renewal = undefined));
      return await renewal;
    },
  };
}
