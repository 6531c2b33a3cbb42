import type { TemplateListResponse } from '@slipway/contracts';
import { Hono } from 'hono';
import type { UserEnv } from '../http/server-env.ts';
import type { TemplateSource } from './template-source.ts';

/** GET /templates — what a new project can start from. */
export const templatesRoute = ({ templates }: { templates: TemplateSource }) =>
  new Hono<UserEnv>().get('/templates', async (c) =>
    c.json({ templates: [...(await templates.list())] } satisfies TemplateListResponse),
  );
