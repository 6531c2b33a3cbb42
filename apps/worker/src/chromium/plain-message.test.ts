import { expect, it } from 'vitest';
import { plainMessage } from './plain-message.ts';

it.each([
  [
    'page.evaluate: ControlError: Cannot load "http://a/b.js"\n    at run (http://a/driver.js:1:2)',
    'Cannot load "http://a/b.js"',
  ],
  ['page.evaluate: Target page, context or browser has been closed', 'Target page, context or browser has been closed'],
  ['Error: Cannot read\nthe second line', 'Error: Cannot read\nthe second line'],
])('P-38 what a page of a sandbox said is told in its own words: %s', (message, plain) => {
  expect(plainMessage(message)).toBe(plain);
});
