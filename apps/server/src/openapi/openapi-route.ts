import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';
import { serveFile } from '../http/static-files.ts';
import { describeApi, type DescribedRoute } from './describe-api.ts';

const pages = fileURLToPath(new URL('../../pages/api', import.meta.url));

/** GET /api/v1/openapi.json — the API's own description; GET /api/v1/docs/ — a page to read and try it (SV-20). */
export const openapiRoute = ({ routes, origin }: { routes: () => readonly DescribedRoute[]; origin: string }) => {
  let described: Record<string, unknown> | undefined;
  return new Hono<ServerEnv>()
    .get('/openapi.json', (c) => c.json((described ??= describeApi(routes(), origin))))
    .get('/docs', (c) => c.redirect('/api/v1/docs/', 308))
    .get('/docs/', async (c) => (await serveFile(pages, 'index.html', c.req.raw, {})) ?? c.notFound())
    .get('/docs/try.js', async (c) => (await serveFile(pages, 'try.js', c.req.raw, {})) ?? c.notFound())
    .get('/docs/try.css', async (c) => (await serveFile(pages, 'try.css', c.req.raw, {})) ?? c.notFound());
};
