import type { TemplateListResponse } from '@slipway/contracts';
import { Hono } from 'hono';
import type { UserEnv } from '../http/server-env.ts';
import { listTemplates } from './template-files.ts';

/** GET /templates — what a new project can start from. */
export const templatesRoute = () =>
  new Hono<UserEnv>().get('/templates', (c) => c.json({ templates: listTemplates() } satisfies TemplateListResponse));
