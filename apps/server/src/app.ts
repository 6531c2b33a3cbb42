import { type Context, Hono } from 'hono';
import { healthRoute } from './health/health-route.ts';
import { appHost } from './hosts/app-host.ts';
import { previewHost } from './hosts/preview-host.ts';
import { runtimeHost } from './hosts/runtime-host.ts';
import { fail, onError, redactPath } from './http/api-error.ts';
import type { ServerEnv, Services } from './http/server-env.ts';
import { sitesHost } from './sites/sites-host.ts';

/** The whole server: the Host header decides whose request it is, before anything else looks at it. */
export function createApp(services: Services) {
  const { hosts, log, config } = services;
  const handleError = onError(log, config.NODE_ENV === 'production');
  const notFound = (c: Context) => fail(c, 'NOT_FOUND', `No such page: ${c.req.method} ${redactPath(c.req.path)}`);
  const finish = (app: Hono<ServerEnv>) => app.onError(handleError).notFound(notFound);
  const health = finish(healthRoute(services) as Hono<ServerEnv>);
  const own = finish(appHost(services) as Hono<ServerEnv>);

  return finish(
    new Hono<ServerEnv>()
      .use(async (c, next) => {
        const began = performance.now();
        await next();
        log.debug(
          { method: c.req.method, host: c.req.header('host'), path: redactPath(c.req.path), status: c.res.status, ms: Math.round(performance.now() - began) },
          'request',
        );
      })
      .all('*', (c) => {
        const host = hosts.classify(c.req.header('host') ?? new URL(c.req.url).host);
        // Probes come by address; on users' own hosts the path is theirs.
        const probed = host.kind === 'app' || host.kind === 'loopback' || host.kind === 'unknown';
        if (probed && (c.req.path === '/health' || c.req.path === '/ready')) return health.fetch(c.req.raw, c.env);
        switch (host.kind) {
          case 'app':
            return own.fetch(c.req.raw, c.env);
          case 'runtime':
            return finish(runtimeHost(services, host.label)).fetch(c.req.raw, c.env);
          case 'preview':
            return finish(previewHost(services, host.id)).fetch(c.req.raw, c.env);
          case 'site':
            return finish(sitesHost(services, host.label)).fetch(c.req.raw, c.env);
          case 'loopback': {
            const { pathname, search } = new URL(c.req.url);
            return c.redirect(`${hosts.appOrigin}${pathname}${search}`, 307);
          }
          case 'unknown':
            return fail(c, 'UNKNOWN_HOST', 'No host of this server has that name');
        }
      }),
  );
}
