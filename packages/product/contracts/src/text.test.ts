import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as contracts from './index.ts';
import { plainText, projectName } from './index.ts';

const hostile = [
  'a\0b',
  '\ud800',
  'x\udc00',
  'a\u202eb',
  'a\u2066b',
  'a\nb',
  '\u001b[31m',
  '\u0085',
  '\ufeffa',
  'a\u2028b',
];

describe('text from outside', () => {
  it('SV-11 holds no NUL, no half surrogate pair, no control and nothing that turns the direction of writing', () => {
    for (const text of hostile) {
      expect(plainText.safeParse(text).success, JSON.stringify(text)).toBe(false);
      expect(projectName.safeParse(text).success, JSON.stringify(text)).toBe(false);
    }
    for (const text of [
      'Ann',
      'Ünïcödé',
      '\u05e9\u05dc\u05d5\u05dd',
      '\u{1f469}\u200d\u{1f680}',
      'a\u0301',
      '日本語',
      `"'<>&`,
    ])
      expect(plainText.parse(text)).toBe(text);
    expect(projectName.parse('  My App ')).toBe('My App');
  });

  it('SV-11 every string of every body that the API takes refuses NUL and half surrogate pairs', () => {
    const bodies = Object.entries(contracts).filter(
      (entry): entry is [string, z.ZodType] => entry[0].endsWith('Body') && entry[1] instanceof z.ZodType,
    );
    expect(bodies.length).toBeGreaterThanOrEqual(7);
    let strings = 0;
    for (const [name, body] of bodies) {
      for (const [path, schema] of stringsOf(body, name)) {
        strings++;
        for (const text of ['aaaaaaaa\0b', 'aaaaaaaa\ud800'])
          expect(schema.safeParse(text).success, `${path} takes ${JSON.stringify(text)}`).toBe(false);
      }
    }
    expect(strings).toBeGreaterThan(8);
  });
});

/** Every schema of a string in this one, with the way to it. */
function stringsOf(schema: z.ZodType, path: string): [string, z.ZodType][] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, field]) =>
      stringsOf(field, `${path}.${key}`),
    );
  if (schema instanceof z.ZodArray) return stringsOf(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return stringsOf(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return (schema.options as z.ZodType[]).flatMap((option) => stringsOf(option, path));
  if (schema instanceof z.ZodNumber || schema instanceof z.ZodLiteral) return [];
  // Strings, and what is made from one; anything else would have to be looked into, so it is taken for one and fails.
  return [[path, schema]];
}
