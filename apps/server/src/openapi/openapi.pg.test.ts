import { randomUUID } from 'node:crypto';
import { createProjectBody, createProjectResponse } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createTestServer, type TestServer } from '../testing.ts';
import { answeredKeys, answerOf } from './answers.ts';
import { parsePath } from './describe-api.ts';

interface Operation {
  operationId: string;
  security: unknown[];
  parameters?: { name: string; schema: { pattern?: string } }[];
  responses: Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>;
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
}
interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let tested: TestServer;
let description: Description;
beforeAll(async () => {
  // With an identity provider, whose routes are there only then.
  tested = await createTestServer({ env: { OIDC_ISSUER: 'https://idp.invalid/', OIDC_CLIENT_ID: 'slipway' } });
  description = (await tested.call('GET', '/api/v1/openapi.json')).json<unknown>() as Description;
}, 60_000);
afterAll(() => tested.close());

const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

describe('the description of the API', () => {
  it('SV-20 has every route that is there, each once, with the schema that validates its body', () => {
    expect(description.openapi).toBe('3.1.0');
    const served = tested.server
      .routes()
      .filter(
        ({ host, method, path }) =>
          host === 'slipway.localhost' &&
          /^(GET|POST|PUT|PATCH|DELETE)$/.test(method) &&
          path.startsWith('/api/') &&
          !path.includes('*'),
      )
      .map(({ method, path }) => `${method} ${parsePath(path).template}`);
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual([...new Set(served)].sort());
    expect(new Set(operations().map(({ operation }) => operation.operationId)).size).toBe(operations().length);
    const { $schema: _, ...schema } = z.toJSONSchema(createProjectBody, { io: 'input', unrepresentable: 'any' });
    expect(description.paths['/api/v1/projects']?.['post']?.requestBody?.content['application/json']?.schema).toEqual(
      schema,
    );
    const project = description.paths['/api/v1/projects/{projectId}']?.['get']?.parameters?.[0];
    expect(project?.name).toBe('projectId');
    expect(new RegExp(project?.schema.pattern ?? '').test('0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11')).toBe(true);
  });

  it('SV-20 says of every route that is open to nobody in particular that it wants a token', async () => {
    const example: Record<string, string> = { sha256: 'a'.repeat(64), snapshotId: 'latest', provider: 'x' };
    for (const { path, method, operation } of operations().filter(({ operation }) => operation.security.length === 0)) {
      const url = path.replace(
        /\{(\w+)\}/g,
        (_, name: string) => example[name] ?? '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11',
      );
      const answer = await tested.callApi(method, url, operation.requestBody ? { json: {} } : {});
      expect(answer.text, `${method} ${path}`).not.toContain('No access token provided');
    }
  });

  it('SV-20 says what answers are, and that is what they are', async () => {
    const there = operations().map(({ method, path }) => `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`);
    expect(answeredKeys().filter((key) => !there.includes(key))).toEqual([]);
    expect(
      operations()
        .filter(({ path, method }) => answerOf(method, path) === undefined)
        .map(({ path, method }) => `${method} ${path}`),
      'operations whose answer openapi/answers.ts does not describe',
    ).toEqual([]);
    const described = operations().filter(({ operation }) => operation.responses['2XX']?.content?.['application/json']);
    expect(described.length).toBeGreaterThan(120);

    const token = await tested.signIn();
    const made = await tested.callApi('POST', '/api/v1/projects', { token, json: { name: 'P' } });
    const { project } = createProjectResponse.parse(made.json());
    const first = { token, json: { baseRevision: 0, entries: [] } };
    const saved = await tested.callApi('POST', `/api/v1/projects/${project.id}/snapshots`, first);
    expect(saved.status).toBe(201);
    const known: Record<string, string> = { projectId: project.id, snapshotId: 'latest' };
    const seen: string[] = [];
    for (const { path } of described.filter(({ method }) => method === 'GET')) {
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? randomUUID());
      // Every answer of a test server is held against its description.
      const answer = await tested.callApi('GET', url, { token });
      if (answer.status !== 200) continue;
      seen.push(path);
    }
    expect(seen.length).toBeGreaterThanOrEqual(15);
  });

  it('SV-20 has a page to try it, which needs nothing from elsewhere', async () => {
    const page = await tested.call('GET', '/api/v1/docs/');
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(path).toMatch(/^\/api\/v1\//);
      expect((await tested.call('GET', path!)).status, path).toBe(200);
    }
    expect((await tested.call('GET', '/api/v1/docs')).headers['location']).toBe('/api/v1/docs/');
  });
});
