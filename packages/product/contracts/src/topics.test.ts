import { expect, it } from 'vitest';
import { encodeCursors, parseCursors, parseTopic, TOPICS_PER_STREAM } from './topics.ts';

const ID = '0190b8c0-1111-4222-8333-944455556666';

it('cursors are read as they are written, and a bare number is the owner’s', () => {
  const cursors = new Map([
    ['owner', 12],
    [`build/${ID}`, undefined],
  ] as const);
  expect(encodeCursors(cursors)).toBe(`owner:12,build/${ID}`);
  expect(parseCursors(encodeCursors(cursors))).toEqual(cursors);
  expect(parseCursors('7')).toEqual(new Map([['owner', 7]]));
  expect(parseTopic(`build/${ID}`)).toEqual({ name: `build/${ID}`, kind: 'build', id: ID });
});

it('SV-04 what is no topic, or too many, is none', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => `build/${ID.slice(0, -2)}${String(at).padStart(2, '0')}`).join(',');
  expect(parseCursors(many(TOPICS_PER_STREAM))?.size).toBe(TOPICS_PER_STREAM);
  for (const text of [
    many(TOPICS_PER_STREAM + 1),
    '',
    'owner,',
    'owner:-1',
    'owner:1e3',
    `owner/${ID}`,
    'build/1',
    `build/${'-'.repeat(36)}`,
    `constructor/${ID}`,
    `build/${ID}:9999999999999999`,
    'owner\n:1',
  ])
    expect(parseCursors(text), text).toBeUndefined();
});
