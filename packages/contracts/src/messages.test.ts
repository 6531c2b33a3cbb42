import { describe, expect, test } from 'vitest';
import { controlEvent, loginBody, previewOrigin, runtimeConfig, runtimeOrigin, user } from './index.ts';

describe('messages', () => {
  test('AU-01 an email is normalised, a short password refused', () => {
    expect(loginBody.parse({ email: ' Ann@Example.ORG ', password: 'secret' }).email).toBe('ann@example.org');
    expect(loginBody.safeParse({ email: 'ann', password: 'secret' }).success).toBe(false);
    expect(loginBody.safeParse({ email: 'ann@example.org', password: 'short' }).success).toBe(false);
  });

  test('AU-03 a user with a field too many is refused', () => {
    const ann = { id: '1', email: 'a@b.c', name: 'Ann', role: 'user', createdAt: 1 };
    expect(user.safeParse(ann).success).toBe(true);
    expect(user.safeParse({ ...ann, passwordHash: 'x' }).success).toBe(false);
  });

  test('output carries bytes, never a string', () => {
    const event = { type: 'output', pid: 2, stream: 'stderr' };
    expect(controlEvent.safeParse({ ...event, chunk: new Uint8Array(1) }).success).toBe(true);
    expect(controlEvent.safeParse({ ...event, chunk: 'text' }).success).toBe(false);
  });

  test('host patterns are filled with checked labels only', () => {
    const config = runtimeConfig.parse({
      version: 1,
      app: { origin: 'http://a.localhost:1' },
      runtime: { originPattern: 'http://{container}.rt.a.localhost:1', bareOrigin: 'http://rt.a.localhost:1', allowedParents: [] },
      preview: { originPattern: 'http://{port}--{id}.a.localhost:1' },
      sites: { originPattern: 'http://{label}.b.localhost:1' },
      registry: { origins: [], mirrorPath: '/npm/' },
      limits: { blobBytes: 1, treeEntries: 1 },
      auth: { localOwner: true },
    });
    expect(runtimeOrigin(config, 'abc')).toBe('http://abc.rt.a.localhost:1');
    expect(previewOrigin(config, 5173, 'abc')).toBe('http://5173--abc.a.localhost:1');
    expect(() => runtimeOrigin(config, 'evil.example/')).toThrow();
    expect(() => previewOrigin(config, 70000, 'abc')).toThrow('port is 70000');
  });
});
