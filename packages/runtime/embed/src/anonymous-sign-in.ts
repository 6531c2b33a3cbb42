/**
 * The endpoints of the client's `auth.*` on a runtime host. Containers need no sign-in, but apps wait for one
 * (`auth.loggedIn()`): everybody gets the same tokens, which open nothing. OAuth 2.0, RFC 6749, 4.1 and RFC 7009.
 */
export interface SignInAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Below 2^31 ms: the client sleeps that long by a timer before it asks anew. */
const LIFETIME_SECONDS = 7 * 86_400;

const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  // Of no use to anybody: any page may ask.
  'Access-Control-Allow-Origin': '*',
};

/** The answer to a POST, of which nothing is read; undefined where the path is none of these. */
export function answerSignIn(pathname: string, nowMs: number): SignInAnswer | undefined {
  switch (pathname) {
    case '/oauth/token': {
      const tokens = {
        access_token: 'anonymous',
        refresh_token: 'anonymous',
        token_type: 'Bearer',
        created_at: Math.floor(nowMs / 1_000),
        expires_in: LIFETIME_SECONDS,
      };
      return { status: 200, headers: HEADERS, body: JSON.stringify(tokens) };
    }
    case '/oauth/revoke':
      return { status: 200, headers: HEADERS, body: '{}' };
    default:
      return undefined;
  }
}
