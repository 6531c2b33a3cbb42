import { expect, it } from 'vitest';
import { contentTypeOf, isPackable } from './content-types.ts';

it.each([
  ['index.html', 'text/html; charset=utf-8', true],
  ['A/B.HTML', 'text/html; charset=utf-8', true],
  ['app.js', 'text/javascript; charset=utf-8', true],
  ['app.mjs', 'text/javascript; charset=utf-8', true],
  ['app.js.map', 'application/json; charset=utf-8', true],
  ['logo.svg', 'image/svg+xml; charset=utf-8', true],
  ['site.webmanifest', 'application/manifest+json; charset=utf-8', true],
  ['feed.xml', 'application/xml; charset=utf-8', true],
  ['robots.txt', 'text/plain; charset=utf-8', true],
  ['a.wasm', 'application/wasm', true],
  ['a.ttf', 'font/ttf', true],
  ['a.woff2', 'font/woff2', false],
  ['a.png', 'image/png', false],
  ['a.mp4', 'video/mp4', false],
  ['a.zip', 'application/zip', false],
  ['CNAME', 'application/octet-stream', false],
  ['a.b/c', 'application/octet-stream', false],
  ['a.constructor', 'application/octet-stream', false],
  ['.html', 'text/html; charset=utf-8', true],
])('ST-08 "%s" is "%s", packed: %s', (path, type, packed) => {
  expect([contentTypeOf(path), isPackable(path)]).toEqual([type, packed]);
});
