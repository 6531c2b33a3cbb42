import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { type Answer, createTestServer, type TestServer } from '../../testing.ts';
import type { UserServiceStand } from './describe-user-service.ts';

/** What the id token says of a person: `sub` alone never changes. */
export interface OidcPerson {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
}

/** A Slipway whose people sign in at a real identity provider, which this process runs. */
export interface OidcStand extends UserServiceStand {
  people: Map<string, OidcPerson>;
  /** What the browser is shown at the end of the way; its cookies. */
  walk(email: string, password: string, cookies?: Map<string, string>): Promise<{ answer: Answer; cookie: string }>;
}

/** Starts both; `env` for the Slipway. */
export async function startOidcStand(env: Record<string, string> = {}): Promise<OidcStand> {
  let handle: RequestListener = (_, response) => response.writeHead(503).end();
  let down = false;
  const http = createServer((request, response) => (down ? request.destroy() : handle(request, response)));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const tested = await createTestServer({
    env: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'slipway',
      OIDC_CLIENT_SECRET: 'a client secret of some length',
      SIGN_UP: 'open',
      ...env,
    },
  });
  const people = new Map<string, OidcPerson>(
    ['Ann', 'Bob'].map((name) => {
      const email = `${name.toLowerCase()}@example.org`;
      return [email, { sub: `sub-${name}`, email, email_verified: true, name }];
    }),
  );
  const provider = makeProvider(issuer, tested, people);
  const callback = provider.callback();
  handle = (request, response) =>
    request.url?.startsWith('/interaction/') === true
      ? void interact(provider, people, request, response)
      : void callback(request, response);

  const walk: OidcStand['walk'] = async (email, password, cookies = new Map()) => {
    const begun = await tested.call('GET', '/api/v1/auth/oidc/start', { headers: headersOf(cookies) });
    keep(cookies, begun.headers['set-cookie']);
    if (begun.status !== 303) return { answer: begun, cookie: '' };
    const back = await walkProvider(new URL(begun.headers.location!), issuer, { email, password });
    if (back === undefined) return { answer: begun, cookie: '' };
    const answer = await tested.call('GET', `${back.pathname}${back.search}`, { headers: headersOf(cookies) });
    keep(cookies, answer.headers['set-cookie']);
    const refresh = [...cookies].find(([name]) => name.endsWith('refreshToken'));
    return { answer, cookie: refresh ? refresh.join('=') : '' };
  };

  return {
    tested,
    people,
    walk,
    signIn: async (email, password) => {
      const { answer, cookie } = await walk(email, password);
      return answer.headers.location === '/' && cookie !== '' ? { cookie } : 'refused';
    },
    remove: async (email) => void people.delete(email),
    goDown: async () => void (down = true),
    comeBack: async () => void (down = false),
    close: async () => {
      await tested.close();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

/** node-oidc-provider with one client and short lives; consent is given for everybody. */
function makeProvider(issuer: string, tested: TestServer, people: Map<string, OidcPerson>): Provider {
  const find = (sub: string) => [...people.values()].find((person) => person.sub === sub);
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'slipway',
        client_secret: 'a client secret of some length',
        redirect_uris: [`${tested.server.hosts.appOrigin}/api/v1/auth/oidc/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // As common providers do, without the scope `offline_access`.
    issueRefreshToken: () => true,
    findAccount: (_, sub) => {
      const person = find(sub);
      return person && { accountId: sub, claims: () => ({ ...person }) };
    },
    // Nobody is asked whether Slipway may know them.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: 'slipway', accountId: ctx.oidc.session!.accountId! });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
  });
}

/** The provider's page: address and password come in its query, as a form would send them. */
async function interact(
  provider: Provider,
  people: Map<string, OidcPerson>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = new URL(request.url!, 'http://provider').searchParams;
  const person = people.get(asked.get('email') ?? '');
  if (!person || asked.get('password') !== 'correct horse') {
    response.writeHead(401).end('Wrong address or password');
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
}

/** A browser at the provider: follows it with its cookies until it is sent back; undefined where it shows an error. */
async function walkProvider(
  from: URL,
  issuer: string,
  proof: { email: string; password: string },
): Promise<URL | undefined> {
  const cookies = new Map<string, string>();
  let at = from;
  for (let step = 0; step < 8; step++) {
    if (at.origin !== issuer) return at;
    if (at.pathname.startsWith('/interaction/'))
      for (const [name, value] of Object.entries(proof)) at.searchParams.set(name, value);
    let response: Response;
    try {
      response = await fetch(at, { redirect: 'manual', headers: headersOf(cookies) });
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
    await response.arrayBuffer();
    keep(cookies, response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location === null) return undefined;
    at = new URL(location, at);
  }
  throw new Error('Cannot sign in at the provider: it goes round in circles');
}

function headersOf(cookies: Map<string, string>): Record<string, string> {
  return cookies.size === 0 ? {} : { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
}

function keep(cookies: Map<string, string>, set: readonly string[] = []): void {
  for (const line of set) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
}
