import { errorEnvelope } from '@slipway/contracts';
import * as z from 'zod';
import { answerOf } from './answers.ts';

/** `body` is undefined for a handler that reads none. */
export interface DescribedRoute {
  method: string;
  /** With Hono's `:name{pattern}` and `*`. */
  path: string;
  body: z.ZodType | undefined;
}

/** What is answered to nobody in particular; everything else wants a bearer token. */
const OPEN_PATHS =
  /^\/api\/v1\/(config|open|openapi\.json|docs(\/|$)|auth\/(?!me$|password$)|site-domains|shared(\/file)?$)/;
/** Of the router's entries, `ALL` is middleware and no operation. */
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The API as OpenAPI 3.1, from the routes that are there and the schemas that
 * validate their bodies (SV-20): nothing is written down twice, so nothing drifts.
 */
export function describeApi(routes: readonly DescribedRoute[], origin: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, body } of routes) {
    if (!METHODS.has(method) || !path.startsWith('/api/') || path.includes('*')) continue;
    const { template, parameters } = parsePath(path);
    const operation = ((paths[template] ??= {})[method.toLowerCase()] ??= {
      operationId: `${method.toLowerCase()}${nameOf(template)}`,
      tags: [tagOf(template)],
      ...(parameters.length > 0 ? { parameters } : {}),
      security: OPEN_PATHS.test(template) ? [] : [{ bearer: [] }],
      responses: { default: { $ref: '#/components/responses/Error' }, ...describeAnswers(method, template) },
    }) as Record<string, unknown>;
    if (body)
      operation['requestBody'] = { required: true, content: { 'application/json': { schema: schemaOf(body) } } };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Slipway',
      version: '1',
      description:
        'Names, sizes and schemas are those of packages/product/contracts. Ids are UUIDs, times microseconds.',
    },
    servers: [{ url: origin }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A session’s or an access token' } },
      responses: {
        Error: {
          description: 'Every error has this shape',
          content: { 'application/json': { schema: schemaOf(errorEnvelope) } },
        },
      },
    },
  };
}

/** What comes when it went well, by its status: JSON with its schema, bytes with their type, or no body at all. */
function describeAnswers(method: string, template: string): Record<string, unknown> {
  const answer = answerOf(method, template);
  const description = 'What was asked for';
  if (!answer) return { '2XX': { description } };
  if ('status' in answer) return { [answer.status]: { description: 'Without a body to read' } };
  const content =
    'json' in answer
      ? { 'application/json': { schema: schemaOf(answer.json, 'output') } }
      : { [answer.type]: { schema: {} } };
  return { '2XX': { description, content } };
}

/** JSON Schema 2020-12 as OpenAPI 3.1 has it, without the address of its dialect. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** As programs that are made from this call it. */
function nameOf(template: string): string {
  return template.replace(/\/$/, '/index').replace(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
}

/** The third word of `/api/v1/projects/…`, the second of `/api/workspace/…`. */
function tagOf(template: string): string {
  const words = template.split('/').filter(Boolean);
  return (words[1] === 'v1' ? words[2] : words[1]) ?? 'api';
}

/** `:name{pattern}` as OpenAPI has it. */
export function parsePath(path: string): { template: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  let template = '';
  for (let at = 0; at < path.length;) {
    const name = /^:(\w+)/.exec(path.slice(at))?.[1];
    if (name === undefined) {
      template += path[at++];
      continue;
    }
    at += name.length + 1;
    const from = at;
    for (let depth = path[at] === '{' ? 1 : 0; depth > 0;) {
      at++;
      if (path[at] === '{') depth++;
      if (path[at] === '}' && --depth === 0) at++;
    }
    const pattern = path.slice(from + 1, at - 1);
    template += `{${name}}`;
    const schema = pattern === '' ? { type: 'string' } : { type: 'string', pattern: `^(?:${pattern})$` };
    parameters.push({ name, in: 'path', required: true, schema });
  }
  return { template, parameters };
}
