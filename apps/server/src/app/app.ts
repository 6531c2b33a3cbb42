import type { Services } from './services.ts';
import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { healthRoute } from '../health/health-route.ts';
import { unlessSilent } from '../health/watch-database.ts';
import { appHost, largeBodies } from './app-host.ts';
import { fillLabel, hostWithoutPort } from '../hosts/hosts.ts';
import { previewHost } from './preview-host.ts';
import { runtimeHost } from './runtime-host.ts';
import { fail, onError, redactPath } from '../http/api-error.ts';
import { trustProxies } from '../http/client-address.ts';
import { limitBodies } from '../http/body-limit.ts';
import { clientAddress } from '../http/client-address.ts';
import { bodySchemaOf } from '../http/read-body.ts';
import type { ServerEnv } from '../http/server-env.ts';
import type * as z from 'zod';
import { liveHost } from '../live/live-host.ts';
import { metricsRoute } from '../metrics/metrics-route.ts';
import { sitesHost } from '../sites/sites-host.ts';

/**
 * Every route that requests can reach, for whoever must look at all of them. Labels of hosts are examples. Not that of
 * live previews: there the path and the body are the program's, behind the owner's tab.
 */
export function listRoutes(
  services: Services,
): { host: string; method: string; path: string; body: z.ZodType | undefined }[] {
  const { hosts } = services;
  const label = 'a'.repeat(32);
  const apps = [
    [hosts.appOrigin, appHost(services)],
    [hosts.appOrigin, healthRoute(services)],
    [hosts.appOrigin, metricsRoute({ ...services, db: services.figuresDb })],
    [fillLabel(hosts.runtimePattern, label), runtimeHost(services, label)],
    [hosts.previewPattern.replace('{port}', '3000').replace('{id}', label), previewHost(services, label)],
    [fillLabel(hosts.sitePattern, label), sitesHost(services)],
  ] as const;
  return apps.flatMap(([origin, app]) =>
    app.routes.map(({ method, path, handler }) => ({
      host: new URL(origin).hostname,
      method,
      path,
      body: bodySchemaOf(handler),
    })),
  );
}

/** By which others learn how this server is. */
const PROBES = ['/health', '/ready', '/metrics'];

/** The whole server: the Host header decides whose request it is, before anything else looks at it. */
export function createApp(services: Services) {
  const { hosts, log, config } = services;
  const proxies = trustProxies(config.TRUSTED_PROXIES);
  const handleError = onError(log, config.NODE_ENV === 'development');
  const limited = limitBodies(largeBodies(config));
  const notFound = (c: Context) => fail(c, 'NOT_FOUND', `No such page: ${c.req.method} ${redactPath(c.req.path)}`);
  const finish = (app: Hono<ServerEnv>) => app.onError(handleError).notFound(notFound);
  const published = finish(sitesHost(services));
  const live = finish(liveHost(services));
  const probes = new Hono<ServerEnv>()
    .route('/', healthRoute(services))
    .route('/', metricsRoute({ ...services, db: services.figuresDb }));
  const health = finish(probes);
  const own = finish(appHost(services) as Hono<ServerEnv>);

  return finish(
    new Hono<ServerEnv>()
      .use(async (c, next) => {
        const began = performance.now();
        const requestId = randomUUID();
        // Never the caller's own: an id in the log is one request.
        const peer = c.env?.incoming?.socket.remoteAddress ?? '';
        const client = proxies.clientOf(peer, c.req.header('x-forwarded-for'));
        c.env = { ...c.env, requestId, clientAddress: client };
        const kind = hosts.classify(c.req.header('host') ?? new URL(c.req.url).host).kind;
        // Of a closed connection nobody knows it any more.
        const address = clientAddress(c.env);
        const bytesBefore = c.env.incoming?.socket.bytesWritten ?? 0;
        await next();
        c.res.headers.set('X-Request-Id', requestId);
        const { status } = c.res;
        const ms = performance.now() - began;
        services.metrics.answered(kind, status, ms);
        // Told when all of the answer is gone, or who asked for it.
        c.env.outgoing?.once('close', () =>
          log[config.ACCESS_LOG === 'on' ? 'info' : 'debug'](
            {
              requestId,
              method: c.req.method,
              // A live preview's name is the secret of its link.
              host: kind === 'live' ? 'live-…' : c.req.header('host'),
              // Without the query: it may hold what opens a door.
              path: redactPath(c.req.path),
              status,
              address,
              bytes: (c.env.incoming?.socket.bytesWritten ?? 0) - bytesBefore,
              ms: Math.round(ms),
              totalMs: Math.round(performance.now() - began),
            },
            'request',
          ),
        );
      })
      .use(async (c, next) =>
        // What goes to a live preview is handed on as it comes, within the credit of its stream.
        hosts.classify(c.req.header('host')).kind === 'live' ? next() : limited(c, next),
      )
      .all('*', async (c) => {
        const header = c.req.header('host') ?? new URL(c.req.url).host;
        const host = hosts.classify(header);
        // Probes come by address; on users' own hosts the path is theirs.
        const probed = host.kind === 'app' || host.kind === 'loopback' || host.kind === 'unknown';
        if (probed && PROBES.includes(c.req.path)) return health.fetch(c.req.raw, c.env);
        switch (host.kind) {
          case 'app':
            // The IDE's own files need no database.
            return /^\/(api|git|s)\//.test(c.req.path)
              ? await unlessSilent(services, c, () => own.fetch(c.req.raw, c.env))
              : own.fetch(c.req.raw, c.env);
          case 'runtime':
            return finish(runtimeHost(services, host.label)).fetch(c.req.raw, c.env);
          case 'preview':
            return finish(previewHost(services, host.id)).fetch(c.req.raw, c.env);
          case 'live':
            return live.fetch(c.req.raw, { ...c.env, siteHost: host.label });
          case 'site':
            return await unlessSilent(services, c, () =>
              published.fetch(c.req.raw, { ...c.env, siteHost: host.label }),
            );
          case 'loopback': {
            const { pathname, search } = new URL(c.req.url);
            return c.redirect(`${hosts.appOrigin}${pathname}${search}`, 307);
          }
          case 'unknown': {
            // Perhaps somebody's own domain; a name without a dot is no domain, and is not asked for.
            const domain = hostWithoutPort(header);
            if (domain?.includes('.') && (await services.sites.find(domain)))
              return published.fetch(c.req.raw, { ...c.env, siteHost: domain });
            return fail(c, 'UNKNOWN_HOST', 'No host of this server has that name');
          }
        }
      }),
  );
}
