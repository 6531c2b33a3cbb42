import { expect, it } from 'vitest';
import { cacheControlOf, isNamedByContent, restrictCacheControl } from './cache-rules.ts';

it.each([
  ['assets/index-BxYz12Ab.js', true],
  ['assets/index-CDqpVkVQ.css', true],
  ['assets/index-B_x-9aQd.js', true],
  ['assets/logo.4f3a9b2c.svg', true],
  ['static/js/main.8e7f6d5c.chunk.js', true],
  ['_astro/page.DxCbZ12q.css', true],
  ['_nuxt/entry.1a2b3c4d.js', true],
  ['_next/static/chunks/pages/app-0a1b2c3d4e5f6071.js', true],
  ['_app/immutable/entry/start.C3kLm9Qz.js', true],
  ['chunk-ABCD2345.js', false],
  ['assets/chunk-ABCD2345.js', true],
  ['app.1a2b3c4d.js', true],
  ['deep/er/app.1a2b3c4d5e6f7a8b9c0d.css.map', true],
  ['index.html', false],
  ['assets/logo.svg', false],
  ['assets/page-Checkout.js', false],
  ['assets/page-CheckOut.js', false],
  ['assets/bootstrap-datetime.js', false],
  ['jquery-3.7.1.min.js', false],
  ['report-20240101.pdf', false],
  ['assets/report-20240101.pdf', false],
  ['assets/v12345678.js', false],
  ['photo-IMG_1234.jpg', false],
  ['deadbeef.js', false],
  ['a-facadefacade.js', false],
])('ST-04 "%s" is named by its content: %s', (path, expected) => {
  expect(isNamedByContent(path)).toBe(expected);
});

it('ST-04 what is named by content is kept on open sites alone; all else is asked for', () => {
  expect(cacheControlOf('assets/a-BxYz12Ab.js', { open: true })).toBe('public, max-age=31536000, immutable');
  expect(cacheControlOf('index.html', { open: true })).toBe('no-cache');
  expect(cacheControlOf('assets/a-BxYz12Ab.js', { open: false })).toBe('private, no-cache');
});

it.each([
  ['public, max-age=60', 'private, max-age=60'],
  ['max-age=60, s-maxage=99', 'private, max-age=60'],
  ['no-store', 'no-store'],
  ['private, max-age=1', 'private, max-age=1'],
  ['', 'private'],
])('ST-04 on a restricted site "%s" becomes "%s"', (asked, expected) => {
  expect(restrictCacheControl(asked)).toBe(expected);
});
