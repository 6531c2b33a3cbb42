import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBrowser, findFirefox, mustFindBrowser, mustFindFirefox } from './find-browser.mjs';

let folder: string;
const program = (path: string): string => {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-find-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('P-27 the browser that is named wins over those in PATH', () => {
  program('path/chromium');
  const named = program('own/browser');
  expect(findBrowser({ SLIPWAY_CHROMIUM: named, PATH: join(folder, 'path') })).toBe(named);
  expect(findBrowser({ SLIPWAY_CHROMIUM: '', PATH: join(folder, 'path') })).toBe(join(folder, 'path/chromium'));
});

it('a name that is no program is refused, and not replaced by another browser', () => {
  writeFileSync(join(folder, 'plain'), 'x');
  chmodSync(join(folder, 'plain'), 0o644);
  for (const name of [join(folder, 'absent'), join(folder, 'plain'), folder]) {
    expect(() => findBrowser({ SLIPWAY_CHROMIUM: name, PATH: process.env['PATH'] })).toThrow(
      `Cannot use SLIPWAY_CHROMIUM: "${name}" is no program`,
    );
  }
});

it('the open build comes before the branded one, whatever the order of PATH; folders are passed over', () => {
  const branded = program('first/google-chrome');
  const open = program('second/chromium');
  mkdirSync(join(folder, 'third/chromium'), { recursive: true });
  const path = (...names: string[]): string => names.map((name) => join(folder, name)).join(delimiter);
  expect(findBrowser({ PATH: path('third', 'first', 'second') })).toBe(open);
  expect(findBrowser({ PATH: path('third', 'first') })).toBe(branded);
});

it('an empty or endless PATH has none, and the message says what to do', () => {
  expect(findBrowser({ PATH: '' })).toBeUndefined();
  const far = `${'/nowhere:'.repeat(1_000)}${join(folder, 'second')}`;
  expect(findBrowser({ PATH: far })).toBeUndefined();
  expect(() => mustFindBrowser({})).toThrow('set SLIPWAY_CHROMIUM');
});

it('DI-11 Firefox is found the same way: the one that is named, else the long-term one, else a message', () => {
  const named = program('own/fox');
  const plain = program('first/firefox');
  const longTerm = program('second/firefox-esr');
  const PATH = [join(folder, 'first'), join(folder, 'second')].join(delimiter);
  expect(findFirefox({ SLIPWAY_FIREFOX: named, PATH })).toBe(named);
  expect(findFirefox({ PATH })).toBe(longTerm);
  expect(findFirefox({ PATH: join(folder, 'first') })).toBe(plain);
  expect(() => findFirefox({ SLIPWAY_FIREFOX: folder, PATH })).toThrow(
    `Cannot use SLIPWAY_FIREFOX: "${folder}" is no program`,
  );
  expect(() => mustFindFirefox({})).toThrow('set SLIPWAY_FIREFOX');
});
