import { expect, it } from 'vitest';
import { browserName, formatMoment } from './format-moment.ts';

it('a browser is named by what people call it', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome 141 on Linux');
  expect(browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Gecko/20100101 Firefox/144.0')).toBe(
    'Firefox 144 on macOS',
  );
  expect(browserName('curl/8.5.0')).toBe('curl 8');
  expect(browserName('something else entirely that goes on and on for ever')).toBe(
    'something else entirely that goes on and',
  );
  expect(browserName(null)).toBe('Unknown program');
  expect(formatMoment(null)).toBe('never');
  expect(formatMoment(1_700_000_000_000_000)).toMatch(/Nov 1[45], 2023/);
});
