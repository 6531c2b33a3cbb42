import { expect, test } from 'vitest';
import { createAttemptLimiter } from './attempt-limiter.ts';

test('wrong sign-ins run out, come back with time, and are forgiven by a right one', () => {
  let now = 0;
  const limiter = createAttemptLimiter({ attempts: 3, refillMs: 1000, maxKeys: 2, now: () => now });
  const failures = (key: string) => {
    let count = 0;
    for (; limiter.allows(key) && count < 100; count++) limiter.failed(key);
    return count;
  };
  expect(failures('a')).toBe(3);
  expect(limiter.allows('b')).toBe(true);
  now += 1000;
  expect(failures('a')).toBe(1);
  limiter.succeeded('a');
  expect(failures('a')).toBe(3);
  for (const key of ['b', 'c']) limiter.failed(key);
  expect(limiter.allows('a')).toBe(true);
});
