import { MIRROR_PATH, registryRoute } from '@slipway/registry-mirror';
import type { Services } from './services.ts';
import { answerSignIn, isolationHeaders } from '@slipway/embed';
import { EMBEDDER_CHECKED_QUERY } from '@slipway/wire';
import { type Context, Hono } from 'hono';
import { mirrorPassRoute } from '../auth/mirror-pass-route.ts';
import { capabilityTicketsRoute } from '../auth/tickets-route.ts';
import type { ServerEnv } from '../http/server-env.ts';
import { serveFile } from '../http/static-files.ts';
import { connectParents, headlessParents, isCheckedFirst, runtimeHeaders } from '../hosts/host-headers.ts';
import { relayTicketRoute } from '../relay/relay-ticket-route.ts';
import { limitMirror } from '../quotas/limit-mirror.ts';
import { describeRuntime } from '../hosts/runtime-config.ts';

/** A runtime host: the pages that hold a container, their scripts, and the registry mirror. */
export function runtimeHost(services: Services, label: string | undefined) {
  const { config, hosts, mirror, folders } = services;
  const page = async (c: Context<ServerEnv>, file: string, headers: Readonly<Record<string, string>>) =>
    (await serveFile(folders.runtime, file, c.req.raw, headers)) ??
    c.text('The runtime is not built: run "npm start"', 503);
  const assetHeaders = runtimeHeaders(headlessParents(config, hosts, label), undefined);

  return (
    new Hono<ServerEnv>()
      .get('/headless', (c) =>
        c.req.query(EMBEDDER_CHECKED_QUERY) === undefined &&
        isCheckedFirst(config, hosts, label, c.req.header('referer'))
          ? page(c, 'check.html', runtimeHeaders('anybody', c.req.query('coep')))
          : page(c, 'headless.html', runtimeHeaders(headlessParents(config, hosts, label), c.req.query('coep'))),
      )
      .get('/connect', (c) => page(c, 'connect.html', runtimeHeaders(connectParents(config, hosts, label), undefined)))
      // The client's preview popup, which has nothing to do here, and its sign-in, which lets everybody in.
      .get('/webcontainer/connect/*', (c) =>
        page(c, 'connect.html', runtimeHeaders(headlessParents(config, hosts, label), undefined)),
      )
      // A project's alone: what an embedder's pages keep is not the app's affair.
      .get('/storage', (c) => page(c, 'storage.html', runtimeHeaders([hosts.appOrigin], 'require-corp')))
      .get('/oauth/authorize', (c) => page(c, 'authorize.html', runtimeHeaders([], undefined)))
      // What they are sent is not read.
      .post('/oauth/:endpoint', (c) => {
        const signIn = answerSignIn(c.req.path, Date.now());
        return signIn === undefined
          ? c.notFound()
          : c.body(signIn.body, signIn.status as 200, { ...signIn.headers, ...isolationHeaders.runtime });
      })
      .use(async (c, next) => {
        await next();
        for (const [name, value] of Object.entries(assetHeaders)) c.res.headers.set(name, value);
      })
      .route('/', capabilityTicketsRoute(services))
      .route('/', mirrorPassRoute(services, label))
      .route('/', relayTicketRoute(services, label))
      .get('/__slip/config.json', async (c) =>
        c.json(
          describeRuntime(config, hosts, {
            registryOrigins: await mirror.origins(),
            localOwner: false,
            label,
            relay: services.relay.offer,
          }),
        ),
      )
      .use(`${MIRROR_PATH}*`, limitMirror(services, label))
      .route('/', registryRoute(services))
      .on(['GET', 'HEAD'], '*', async (c) => {
        const { pathname } = new URL(c.req.url);
        // Its pages have addresses of their own, with headers of their own.
        return (
          (pathname.endsWith('.html') ? undefined : await serveFile(folders.runtime, pathname, c.req.raw, {})) ??
          c.notFound()
        );
      })
  );
}
