import { expect, it } from 'vitest';
import { type AskedRange, parseRange } from './ranges.ts';

const part = (start: number, end: number): AskedRange => ({ kind: 'part', start, end });
const whole: AskedRange = { kind: 'whole' };
const unsatisfiable: AskedRange = { kind: 'unsatisfiable' };

it.each<[string | undefined, number, AskedRange]>([
  [undefined, 10, whole],
  ['bytes=0-3', 10, part(0, 4)],
  ['bytes=0-0', 10, part(0, 1)],
  ['bytes=9-9', 10, part(9, 10)],
  ['bytes=3-', 10, part(3, 10)],
  ['bytes=-3', 10, part(7, 10)],
  ['bytes=-30', 10, part(0, 10)],
  ['bytes=5-500', 10, part(5, 10)],
  ['bytes=5-99999999999999999999999', 10, part(5, 10)],
  ['Bytes= 0-3 ', 10, part(0, 4)],
  ['bytes=10-', 10, unsatisfiable],
  ['bytes=99999999999999999999999-', 10, unsatisfiable],
  ['bytes=-0', 10, unsatisfiable],
  ['bytes=0-', 0, unsatisfiable],
  ['bytes=-5', 0, unsatisfiable],
  ['bytes=3-2', 10, whole],
  ['bytes=-', 10, whole],
  ['bytes=0-1,3-4', 10, whole],
  ['bytes=a-b', 10, whole],
  ['bytes=0x1-2', 10, whole],
  ['items=0-3', 10, whole],
  ['0-3', 10, whole],
])('ST-02 Range "%s" of %i bytes is %j', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected);
});
