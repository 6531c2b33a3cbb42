import { describe, expect, it } from 'vitest';
import { InstantiationError } from '../ground/refusal.ts';
import { NOTES_MANIFEST } from '../testing/build-guests.ts';
import { checkEntityData, parseFilter, parseGuestJson } from './entity-data.ts';
import { matchesPattern } from './event-patterns.ts';
import { parseManifest, validateManifest } from './manifest.ts';

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('a plugin’s manifest', () => {
  it('PL-17: is read as it is written, with what it leaves out filled in', () => {
    expect(parseManifest(encode(NOTES_MANIFEST))).toEqual(NOTES_MANIFEST);
    expect(validateManifest({ id: 'a', name: 'A', version: '0.1.0' })).toMatchObject({ events: [], entities: {} });
  });

  it('PL-17: is refused with its first fault when anything in it is not as it must be', () => {
    const many = (count: number, value: unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, value]));
    const note = { fields: { title: { type: 'string' } } };
    const cases: [unknown, RegExp][] = [
      [undefined, /no manifest/],
      [[], /no object/],
      [{ id: 'A' }, /"id"/],
      [{ id: 'a_b' }, /"id"/],
      [{ id: 'a'.repeat(25) }, /"id"/],
      [{ name: '' }, /"name"/],
      [{ name: '\u0007' }, /"name"/],
      [{ version: '1' }, /"version"/],
      [{ events: 'a' }, /events/],
      [{ events: ['a..b'] }, /events/],
      [{ events: ['a', 'a'] }, /twice/],
      [{ events: Array.from({ length: 33 }, (_, index) => `a${index}`) }, /at most 32/],
      [{ more: 1 }, /unknown key/],
      [{ entities: { 'a"; drop': note } }, /entities/],
      [{ entities: many(17, note) }, /more than 16/],
      [{ entities: { a: { fields: many(65, { type: 'string' }) } } }, /more than 64/],
      [{ entities: { a: { fields: many(9, { type: 'string', indexed: true }) } } }, /more than 8/],
      [{ entities: { a: { fields: { x: { type: 'text' } } } } }, /no type/],
      [{ entities: { a: { fields: { id: { type: 'string' } } } } }, /cannot be called/],
      [{ entities: { a: { fields: { x: { type: 'json', indexed: true } } } } }, /JSON and indexed/],
      [{ entities: { a: { fields: { x: { type: 'string', required: 1 } } } } }, /no boolean/],
      [{ name: 'x'.repeat(70_000) }, /65536 bytes/],
    ];
    for (const [change, fault] of cases) {
      const whole =
        Array.isArray(change) || change === undefined ? change : { ...NOTES_MANIFEST, ...(change as object) };
      const read = () => parseManifest(whole === undefined ? undefined : encode(whole));
      expect(read, JSON.stringify(change)?.slice(0, 60)).toThrow(InstantiationError);
      expect(read).toThrow(fault);
    }
    expect(() => parseManifest(new Uint8Array([0xff]))).toThrow(/not JSON/);
  });

  it('PL-04: a pattern’s star is one segment, and at the end the rest', () => {
    const cases: [string, string, boolean][] = [
      ['build.finished', 'build.finished', true],
      ['build.finished', 'build.finished.late', false],
      ['*.finished', 'build.finished', true],
      ['*.finished', 'build.started', false],
      ['build.*', 'build.finished', true],
      ['build.*', 'build.log.line', true],
      ['build.*', 'build', false],
      ['*', 'anything.at.all', true],
      ['a.*.c', 'a.b.c', true],
      ['a.*.c', 'a.b.b.c', false],
    ];
    for (const [pattern, type, matches] of cases)
      expect(matchesPattern(pattern, type), `${pattern} ${type}`).toBe(matches);
  });

  it('PL-13: data that is no JSON, or not as the manifest says, is an error', () => {
    const entity = NOTES_MANIFEST.entities.note;
    const check = (value: unknown) => checkEntityData(entity, value);
    expect(check({ title: 'x', count: 1, at: '2026-01-01', more: { a: [1] } })).toBeUndefined();
    for (const value of [
      null,
      [],
      'x',
      {},
      { title: 1 },
      { title: 'x', count: 1.5 },
      { title: 'x', other: 1 },
      { title: 'a\0' },
      { title: 'x'.repeat(501) },
      { title: '\ud800' },
      { title: 'x', at: 'today' },
    ]) {
      expect(check(value), JSON.stringify(value)).toMatch(/^Invalid data/);
    }
    expect(parseGuestJson('{').outcome).toBe('error');
    expect(parseGuestJson('['.repeat(65) + ']'.repeat(65)).outcome).toBe('error');
    expect(parseGuestJson('["' + '['.repeat(99) + '"]').outcome).toBe('parsed');
  });

  it('PL-16: a filter names indexed fields by eq, lt, gt and in, and nothing else', () => {
    const entity = NOTES_MANIFEST.entities.note;
    expect(parseFilter(entity, '')).toEqual({ outcome: 'parsed', conditions: [] });
    expect(parseFilter(entity, '{"count":{"gt":1,"lt":9},"title":{"in":["a","b"]}}')).toMatchObject({
      conditions: [
        { field: 'count', operator: 'gt', values: [1] },
        { field: 'count', operator: 'lt', values: [9] },
        { field: 'title', operator: 'in', values: ['a', 'b'] },
      ],
    });
    for (const filter of [
      '[]',
      '{"more":{"eq":1}}',
      '{"x":{"eq":1}}',
      '{"title":1}',
      '{"title":{"like":"a"}}',
      '{"title":{"eq":1}}',
      `{"count":{"in":[${'1,'.repeat(100)}1]}}`,
      '{"constructor":{"eq":1}}',
    ]) {
      expect(parseFilter(entity, filter).outcome, filter).toBe('error');
    }
  });
});
