import { expect, it } from 'vitest';
import { createByteCache } from './byte-cache.ts';

it('ST-13 the cache of hot files holds its bytes, and lets go of what was used longest ago', () => {
  const cache = createByteCache<string>(80);
  for (let at = 0; at < 8; at++) cache.set(`k${at}`, `v${at}`, 10);
  expect([cache.size(), cache.get('k0')]).toEqual([80, 'v0']);
  cache.set('k8', 'v8', 10);
  expect([cache.size(), cache.get('k0'), cache.get('k1')]).toEqual([80, 'v0', undefined]);
  cache.set('k8', 'new', 5);
  expect([cache.size(), cache.get('k8')]).toEqual([75, 'new']);
  cache.set('huge', 'x', 11);
  expect([cache.size(), cache.get('huge')]).toEqual([75, undefined]);
});
