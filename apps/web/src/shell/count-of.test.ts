import { expect, it } from 'vitest';
import { countOf } from './count-of.ts';

it('counts one, none and many of a thing', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'job'))).toEqual(['0 jobs', '1 job', '2 jobs']);
  expect(countOf(2, 'sandbox', 'sandboxes')).toBe('2 sandboxes');
});
