import type { Services } from './services.ts';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { attestationKeysRoute } from '../attestation/attestation-keys-route.ts';
import { accessTokensRoute } from '../auth/access-tokens-route.ts';
import { authRoute } from '../auth/auth-route.ts';
import { capabilityRoute } from '../auth/capability-route.ts';
import { getOwnerForRequest } from '../auth/local-owner.ts';
import { oidcRoute } from '../auth/oidc-route.ts';
import { ticketsRoute } from '../auth/tickets-route.ts';
import { requireUser } from '../auth/require-user.ts';
import { providersRoute } from '../agent/providers-route.ts';
import { sessionEventsRoute } from '../agent/session-events-route.ts';
import { agentBodies, sessionsRoute } from '../agent/sessions-route.ts';
import { transcriptRoute } from '../agent/transcript-route.ts';
import { eventsRoute } from '../events/events-route.ts';
import type { Config } from '../config/config.ts';
import { gitBodies, gitRoute } from '../git/git-route.ts';
import { callsRemote, remotesRoute } from '../git/remotes-route.ts';
import { fail } from '../http/api-error.ts';
import { type LargeBody, largeBodyOf } from '../http/body-limit.ts';
import { bodySchemaOf, UUID_PATTERN } from '../http/read-body.ts';
import type { DescribedRoute } from '../openapi/describe-api.ts';
import { openapiRoute } from '../openapi/openapi-route.ts';
import type { ServerEnv, UserEnv } from '../http/server-env.ts';
import { mcpBodies, mcpRoute } from '../mcp/mcp-route.ts';
import { serveFile } from '../http/static-files.ts';
import { bodyLane } from '../http/body-lane.ts';
import { writeLane } from '../http/write-lanes.ts';
import { operationsRoute } from '../operations/operations-route.ts';
import { accountRoute } from '../people/account-route.ts';
import { adminRoute } from '../people/admin-route.ts';
import { signUpRoute } from '../people/sign-up-route.ts';
import { PLUGIN_NAME_PATTERN } from '../plugins/plugin-name.ts';
import { pluginBodies, pluginsRoute } from '../plugins/plugins-route.ts';
import { projectsRoute } from '../projects/projects-route.ts';
import { buildsRoute } from '../publish/builds-route.ts';
import { linksRoute } from '../publish/links-route.ts';
import { asksDns, siteDomainsRoute, siteRoute, variableBodies } from '../publish/site-route.ts';
import { tabBuildBodies, tabBuildsRoute } from '../publish/tab-builds-route.ts';
import { noSuchLink, publishLinkRoute } from '../publish/publish-link-route.ts';
import { sharePageRoute } from '../shares/share-page-route.ts';
import { sharedRoute } from '../shares/shared-route.ts';
import { sharesRoute } from '../shares/shares-route.ts';
import { blobBodies, blobsRoute } from '../snapshots/blobs-route.ts';
import { checkpointBodies, checkpointsRoute } from '../history/checkpoints-route.ts';
import { historyRoute } from '../history/history-route.ts';
import { saveBodies, savesRoute } from '../history/saves-route.ts';
import { snapshotBodies, snapshotsRoute } from '../snapshots/snapshots-route.ts';
import { runLeaseRoute } from '../runs/run-lease-route.ts';
import { runsRoute } from '../runs/runs-route.ts';
import { sandboxesRoute } from '../sandboxes/sandboxes-route.ts';
import { usageRoute } from '../quotas/usage-route.ts';
import { templatesRoute } from '../templates/templates-route.ts';
import { appHeaders } from '../hosts/host-headers.ts';
import { answerBodies, hasOwnLane, holdersRoute } from '../holders/holders-route.ts';
import { describeRuntime } from '../hosts/runtime-config.ts';
import { openRoute } from './open-route.ts';

/** Bodies that are read whole and then stored, a few at a time. */
const heldBodies = (config: Config): LargeBody[] => [
  ...blobBodies(config),
  ...snapshotBodies,
  ...tabBuildBodies,
  ...saveBodies,
  ...checkpointBodies,
  ...pluginBodies,
];

/** Bodies above the default, of all routes. The last ones have turns of their own, since they wait for others. */
export const largeBodies = (config: Config): LargeBody[] => [
  ...heldBodies(config),
  ...variableBodies,
  ...answerBodies,
  ...agentBodies,
  ...gitBodies,
  ...mcpBodies,
];

/** Pages of the IDE with fixed addresses; the others are in `isIdePage`. */
const idePages = new Set([
  ...['/', '/usage', '/account', '/models', '/admin', '/plugins'],
  ...['/invitation', '/reset', '/sign-up'],
]);

/**
 * Whether the IDE's router has a page at this path. Whose project it is, and whether
 * there is one, is not for a request without a token to know: the page asks.
 */
function isIdePage(pathname: string): boolean {
  return (
    idePages.has(pathname) ||
    new RegExp(`^/projects/${UUID_PATTERN}/?$`).test(pathname) ||
    new RegExp(`^/plugins/${PLUGIN_NAME_PATTERN}/?$`).test(pathname)
  );
}

/** The worker in which the IDE tries plugins: it may compile WebAssembly, and reach nothing at all. */
const PLUGIN_WORKER = /^\/assets\/replay\.worker-[\w-]+\.js$/;
const PLUGIN_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

/** The app's own host: the API, publish links, and the IDE's files for everything else. */
export function appHost(services: Services) {
  const { config, hosts, mirror, folders } = services;
  const headers = appHeaders(hosts);
  const describe = createMiddleware<ServerEnv>(async (c) =>
    c.json(
      describeRuntime(config, hosts, {
        registryOrigins: await mirror.origins(),
        localOwner: (await getOwnerForRequest(services, c)) !== undefined,
      }),
    ),
  );
  const signedIn = new Hono<UserEnv>()
    .use(requireUser(services))
    .use(bodyLane(services.bodies, heldBodies(config)))
    .use(
      writeLane(
        services.writes,
        (c) => hasOwnLane(c) || callsRemote(c) || asksDns(c) || largeBodyOf(c, largeBodies(config)) !== undefined,
      ),
    )
    .route('/', eventsRoute(services))
    .route('/', accountRoute(services))
    .route('/admin', adminRoute(services))
    .route('/admin', operationsRoute(services))
    .route('/', accessTokensRoute(services))
    .route('/', ticketsRoute(services))
    .route('/', usageRoute(services))
    .route('/', templatesRoute(services))
    .route('/', pluginsRoute(services))
    .route('/', projectsRoute(services))
    .route('/', capabilityRoute(services))
    .route('/', remotesRoute(services))
    .route('/', blobsRoute(services))
    .route('/', snapshotsRoute(services))
    .route('/', savesRoute(services))
    .route('/', historyRoute(services))
    .route('/', checkpointsRoute(services))
    .route('/', buildsRoute(services))
    .route('/', tabBuildsRoute(services))
    .route('/', linksRoute(services))
    .route('/', sharesRoute(services))
    .route('/', siteRoute(services))
    .route('/', sandboxesRoute(services))
    .route('/', holdersRoute(services))
    .route('/', runLeaseRoute(services))
    .route('/', providersRoute(services))
    .route('/', mcpRoute(services))
    .route('/', sessionsRoute(services))
    .route('/', transcriptRoute(services))
    .route('/', sessionEventsRoute(services));
  const oidc = services.oidc === undefined ? new Hono<ServerEnv>() : oidcRoute({ ...services, oidc: services.oidc });
  const runs = new Hono<UserEnv>().use(requireUser(services)).route('/', runsRoute(services));

  const app = new Hono<ServerEnv>()
    .use(async (c, next) => {
      await next();
      // The page of an embed brings a policy of its own.
      if (c.res.headers.has('content-security-policy') && c.req.path.startsWith('/s/')) return;
      for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
      if (PLUGIN_WORKER.test(c.req.path)) c.res.headers.set('Content-Security-Policy', PLUGIN_WORKER_POLICY);
    })
    .use(
      '/api/*',
      cors({
        origin: config.ALLOWED_ORIGINS,
        credentials: true,
        allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'],
        exposeHeaders: ['X-Request-Id', 'Retry-After'],
      }),
    )
    .use('/api/*', async (c, next) => {
      // No name has one, and the database can take none (SV-11): whatever part of the address a route makes a value of.
      if (/%00/.test(c.req.url)) return fail(c, 'VALIDATION_ERROR', 'The address holds a NUL');
      await next();
      // Answers hold tokens and private data; only blobs, which are their own name, say otherwise.
      if (!c.res.headers.has('cache-control')) c.res.headers.set('Cache-Control', 'no-store');
      return undefined;
    })
    .get('/__slip/config.json', describe)
    .get('/api/v1/config', describe)
    .route('/api/v1/auth/oidc', oidc)
    .route('/api/v1/auth', signUpRoute(services))
    .route('/api/v1/auth', authRoute(services))
    .route('/api/v1', openRoute(services))
    .route('/api/v1', openapiRoute({ routes: describeRoutes, origin: hosts.appOrigin }))
    .route('/api/v1', siteDomainsRoute(services))
    .route('/api/v1', sharedRoute(services))
    .route('/api/v1', signedIn)
    .route('/api/workspace/run', runs)
    .all('/api/*', (c) => fail(c, 'NOT_FOUND', `No such route: ${c.req.method} ${c.req.path}`))
    .route('/', gitRoute(services))
    .route('/', publishLinkRoute(services))
    .route('/', attestationKeysRoute(services))
    .all('/p/*', noSuchLink)
    .route('/', sharePageRoute(services))
    .all('/s/*', noSuchLink)
    .on(['GET', 'HEAD'], '*', async (c) => {
      const { pathname } = new URL(c.req.url);
      const file = await serveFile(folders.web, pathname, c.req.raw, {});
      if (file) return file;
      // An address of the IDE's own router; what looks like a file that is not there stays a 404.
      if (/\.[a-z0-9]+$/i.test(pathname)) return c.notFound();
      const known = isIdePage(pathname);
      // Who asks for a page that is none has no version of it to compare.
      const request = known ? c.req.raw : new Request(c.req.url, { method: c.req.method });
      const page = await serveFile(folders.web, 'index.html', request, {});
      if (page === undefined) return c.text('The IDE is not built: run "npm start"', 503);
      return known ? page : new Response(page.body, { status: 404, headers: page.headers });
    });

  function describeRoutes(): DescribedRoute[] {
    return app.routes.map(({ method, path, handler }) => ({ method, path, body: bodySchemaOf(handler) }));
  }
  return app;
}
