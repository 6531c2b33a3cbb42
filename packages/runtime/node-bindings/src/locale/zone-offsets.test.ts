import { describe, expect, it } from 'vitest';
import { parseLocal } from './parse-local.ts';
import { ZoneOffsets } from './zone-offsets.ts';

const HOUR_MS = 3_600_000;

describe('offsets of a zone', () => {
  it('TC-13 change at the moment that the zone says', () => {
    const berlin = new ZoneOffsets('Europe/Berlin', Intl.DateTimeFormat);
    const spring = Date.UTC(2024, 2, 31, 1);
    expect([spring - 1, spring, spring + 1].map((ms) => berlin.offsetAt(ms) / HOUR_MS)).toEqual([1, 2, 2]);
    // Seconds of the time before zones.
    expect(berlin.offsetAt(Date.UTC(1880, 0)) / 1000).toBe(53 * 60 + 28);
  });

  it('TC-13 of a local time that comes twice the first is meant, of one that never comes the offset before', () => {
    const berlin = new ZoneOffsets('Europe/Berlin', Intl.DateTimeFormat);
    expect(new Date(berlin.utcOf(Date.UTC(2024, 9, 27, 2, 30))).toISOString()).toBe('2024-10-27T00:30:00.000Z');
    expect(new Date(berlin.utcOf(Date.UTC(2024, 2, 31, 2, 30))).toISOString()).toBe('2024-03-31T01:30:00.000Z');
    expect(berlin.utcOf(Number.NaN)).toBeNaN();
  });

  it('TC-13 many far apart moments are right, and forgotten', () => {
    const york = new ZoneOffsets('America/New_York', Intl.DateTimeFormat);
    for (let year = 1980; year < 2030; year++)
      for (const [month, hours] of [
        [0, -5],
        [6, -4],
      ] as const)
        expect(york.offsetAt(Date.UTC(year, month, 15)) / HOUR_MS).toBe(hours);
  });
});

it('TC-13 a text without a zone is local, a date alone and one with a zone are not', () => {
  const tokyo = new ZoneOffsets('Asia/Tokyo', Intl.DateTimeFormat);
  const shown = (text: string): string => new Date(parseLocal(text, Date.parse, tokyo)).toISOString();
  expect(shown('2024-01-15')).toBe('2024-01-15T00:00:00.000Z');
  expect(shown('2024-01-15T09:00')).toBe('2024-01-15T00:00:00.000Z');
  expect(shown('2024-01-15T09:00Z')).toBe('2024-01-15T09:00:00.000Z');
  expect(shown('Jan 15 2024 09:00')).toBe('2024-01-15T00:00:00.000Z');
  expect(shown('Jan 15 2024 09:00 EST')).toBe('2024-01-15T14:00:00.000Z');
  expect(shown('Mon Jan 15 2024 09:00:00 GMT+0200 (Somewhere Time)')).toBe('2024-01-15T07:00:00.000Z');
  expect(parseLocal('nonsense', Date.parse, tokyo)).toBeNaN();
});
