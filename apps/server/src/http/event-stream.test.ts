import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { eventStream } from './event-stream.ts';

it('SV-11 a stream that fails ends, and says nothing of what failed', async () => {
  const failures: unknown[] = [];
  const app = new Hono().get('/', (c) =>
    eventStream(
      c,
      async (stream) => {
        await stream.writeSSE({ id: '1', data: 'first' });
        throw new Error('Failed query: select secret from users');
      },
      (error) => failures.push(error),
    ),
  );
  const text = await (await app.request('/')).text();
  expect(text).toBe('data: first\nid: 1\n\n');
  expect(String(failures)).toContain('Failed query');
});
