import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { onError } from './api-error.ts';
import { bodyLane } from './body-lane.ts';
import { createLanes, LaneFullError } from './lanes.ts';
import type { UserEnv } from './server-env.ts';

const PATH = '/large';
const LARGE = [{ method: 'PUT', path: /^\/large$/, limitBytes: 10_000_000 }];

it('SV-04 an owner’s large bodies are read a few at a time, small ones at once, and too many are refused', async () => {
  const begun: string[] = [];
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const lanes = createLanes({ key: { atOnce: 2, waiting: 1 }, all: { atOnce: 3, waiting: 0 } });
  const app = new Hono<UserEnv>()
    .use(async (c, next) => {
      c.set('owner', c.req.header('x-owner') ?? '');
      await next();
    })
    .use(bodyLane(lanes, LARGE))
    .put(PATH, async (c) => {
      begun.push(c.req.header('x-name') ?? '');
      await promise;
      return c.body(null, 204);
    });
  const put = (name: string, owner: string, bytes: number | undefined) =>
    app.request(PATH, {
      method: 'PUT',
      headers: {
        'x-name': name,
        'x-owner': owner,
        ...(bytes === undefined ? {} : { 'content-length': String(bytes) }),
      },
    });
  const answers = [
    put('a1', 'a', 5_000_000),
    // Who does not say how long it is may send anything.
    put('a2', 'a', undefined),
    put('a3', 'a', 5_000_000),
    put('a4', 'a', 5_000_000),
    put('small', 'a', 1000),
    put('b1', 'b', 5_000_000),
    put('c1', 'c', 5_000_000),
  ];
  await expect.poll(() => begun.length).toBe(4);
  expect(begun.toSorted()).toEqual(['a1', 'a2', 'b1', 'small']);
  const refused = await Promise.all([answers[3], answers[6]]);
  expect(refused.map((answer) => [answer?.status, answer?.headers.get('retry-after')])).toEqual([
    [429, '2'],
    [429, '2'],
  ]);
  end();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 204, 204, 429, 204, 204, 429]);
});

it('SV-09 whoever finds a queue full, that of the hashes too, is told to come again', async () => {
  const app = new Hono<UserEnv>().get('/', () => {
    throw new LaneFullError();
  });
  app.onError(onError(pino({ level: 'silent' }), false) as Parameters<typeof app.onError>[0]);
  const answer = await app.request('/', {}, { requestId: '1' });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
});
