import type { Services } from './services.ts';
import { Hono } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';
import { serveFile } from '../http/static-files.ts';
import { previewHeaders } from '../hosts/host-headers.ts';
import { describeRuntime } from '../hosts/runtime-config.ts';

/**
 * A preview host. Once its service worker is there, requests go to the container
 * and never come here: what does come is the first visit, which gets the page
 * that installs the worker, whatever the address.
 */
export function previewHost({ config, hosts, mirror, folders }: Services, id: string) {
  return new Hono<ServerEnv>()
    .use(async (c, next) => {
      await next();
      for (const [name, value] of Object.entries(previewHeaders)) c.res.headers.set(name, value);
    })
    .get('/__slip/config.json', async (c) =>
      c.json(describeRuntime(config, hosts, { registryOrigins: await mirror.origins(), localOwner: false, label: id })),
    )
    .get('/__slip/sw.js', async (c) => {
      const headers = { 'Service-Worker-Allowed': '/' };
      return (
        (await serveFile(folders.runtime, 'sw.js', c.req.raw, headers)) ??
        c.text('The runtime is not built: run "npm start"', 503)
      );
    })
    .get('/__slip/*', async (c) => {
      const pathname = new URL(c.req.url).pathname.slice('/__slip/'.length);
      return (
        (pathname.endsWith('.html') ? undefined : await serveFile(folders.runtime, pathname, c.req.raw, {})) ??
        c.notFound()
      );
    })
    .all('*', async (c) => {
      const navigation =
        c.req.header('sec-fetch-mode') === 'navigate' || (c.req.header('accept') ?? '').includes('text/html');
      if (c.req.method === 'GET' && navigation) {
        // Not even for a moment: behind this address the container answers next.
        const page = await serveFile(folders.runtime, 'preview.html', new Request(c.req.url), {
          'Cache-Control': 'no-store',
        });
        page?.headers.set('Cache-Control', 'no-store');
        return page ?? c.text('The runtime is not built: run "npm start"', 503);
      }
      return c.text('No container is connected to this preview', 503, {
        'Cache-Control': 'no-store',
        'Retry-After': '1',
      });
    });
}
