import { expect, it } from 'vitest';
import { askedCoep, isolationHeaders } from './isolation-headers.ts';

it('what is framed by an isolated page is isolated itself, and may be loaded from another origin', () => {
  for (const kind of ['runtime', 'preview'] as const) {
    expect(isolationHeaders[kind]).toEqual({
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
  }
});

it('a site is kept apart and never isolated: its pages load what they like', () => {
  expect(isolationHeaders.site).toEqual({ 'Cross-Origin-Resource-Policy': 'same-origin' });
});

it.each([
  ['credentialless', 'credentialless'],
  ['none', 'credentialless'],
  ['require-corp', 'require-corp'],
  ['anything', 'require-corp'],
  [null, 'require-corp'],
  [undefined, 'require-corp'],
])('the client that asks for %s gets %s', (asked, given) => {
  expect(askedCoep(asked)).toBe(given);
});
