import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { createMiddleware } from 'hono/factory';
import { authRoute } from '../auth/auth-route.ts';
import { capabilityRoute } from '../auth/capability-route.ts';
import { getOwnerForRequest } from '../auth/local-owner.ts';
import { requireUser } from '../auth/require-user.ts';
import { eventsRoute } from '../events/events-route.ts';
import { fail } from '../http/api-error.ts';
import type { ServerEnv, Services, UserEnv } from '../http/server-env.ts';
import { serveFile } from '../http/static-files.ts';
import { projectsRoute } from '../projects/projects-route.ts';
import { buildsRoute } from '../publish/builds-route.ts';
import { publishLinkRoute } from '../publish/publish-link-route.ts';
import { blobsRoute } from '../snapshots/blobs-route.ts';
import { snapshotsRoute } from '../snapshots/snapshots-route.ts';
import { templatesRoute } from '../templates/templates-route.ts';
import { appHeaders } from './host-headers.ts';
import { describeRuntime } from './runtime-config.ts';

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
    .route('/', eventsRoute(services))
    .route('/', templatesRoute())
    .route('/', projectsRoute(services))
    .route('/', capabilityRoute(services))
    .route('/', blobsRoute(services))
    .route('/', snapshotsRoute(services))
    .route('/', buildsRoute(services));

  return new Hono<ServerEnv>()
    .use(async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    })
    .use('/api/*', cors({ origin: config.ALLOWED_ORIGINS, credentials: true, allowHeaders: ['Authorization', 'Content-Type', 'Last-Event-ID'] }))
    .use('/api/*', async (c, next) => {
      await next();
      // Answers hold tokens and private data; only blobs, which are their own name, say otherwise.
      if (!c.res.headers.has('cache-control')) c.res.headers.set('Cache-Control', 'no-store');
    })
    .get('/__slip/config.json', describe)
    .get('/api/v1/config', describe)
    .route('/api/v1/auth', authRoute(services))
    .route('/api/v1', signedIn)
    .all('/api/*', (c) => fail(c, 'NOT_FOUND', `No such route: ${c.req.method} ${c.req.path}`))
    .route('/', publishLinkRoute(services))
    .all('/p/*', (c) => fail(c, 'NOT_FOUND', 'This link does not exist, has expired or was taken back'))
    .on(['GET', 'HEAD'], '*', async (c) => {
      const { pathname } = new URL(c.req.url);
      const file = await serveFile(folders.web, pathname, c.req.raw, {});
      if (file) return file;
      // An address of the IDE's own router; what looks like a file that is not there stays a 404.
      if (/\.[a-z0-9]+$/i.test(pathname)) return c.notFound();
      return (await serveFile(folders.web, 'index.html', c.req.raw, {})) ?? c.text('The IDE is not built: run "npm start"', 503);
    });
}
