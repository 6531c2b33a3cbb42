import { expect, it } from 'vitest';
import { parseSetCookie } from './cookie-box.ts';

const now = Date.UTC(2026, 0, 1);

it.each([
  ['a=b', { name: 'a', value: 'b', path: '/', sameSite: 'lax' }],
  [' a = b=c ; Path=/x; HttpOnly; Secure', { name: 'a', value: 'b=c', path: '/x', sameSite: 'lax' }],
  ['a=; Max-Age=0; SameSite=Strict', { name: 'a', value: '', path: '/', sameSite: 'strict', expires: now }],
  [
    'a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    { name: 'a', value: 'b', path: '/', sameSite: 'lax', expires: now + 60_000 },
  ],
  [
    'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; path=relative',
    { name: 'a', value: 'b', path: '/', sameSite: 'lax', expires: 0 },
  ],
  ['a=b; Expires=whenever; Domain=slipway.localhost', { name: 'a', value: 'b', path: '/', sameSite: 'lax' }],
  ['nameless', { name: '', value: 'nameless', path: '/', sameSite: 'lax' }],
  ['=', undefined],
])('%s', (text, expected) => {
  expect(parseSetCookie(text, now)).toEqual(expected);
});
