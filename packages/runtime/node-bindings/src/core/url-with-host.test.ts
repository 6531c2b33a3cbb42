import { expect, it } from 'vitest';
import { withHost } from './url-with-host.ts';

const CREDENTIALS = ['', 'a%2Ab@', 'u:a%2Ab@', 'a%2Ab:a%2Ab@', ':a%2Ab@'];

it.each(CREDENTIALS)('only the host changes in an URL whose credentials are "%s"', (credentials) => {
  for (const rest of ['/', ':81/a%2Ab?a%2Ab#a%2Ab']) {
    // Chromium's URL escapes what Node's does not: its href and host, with the parts of Node's.
    const native = new URL(`http://${credentials}a%2Ab${rest}`);
    expect(native.hostname).toBe('a*b');
    const { protocol, username, password } = native;
    const chromium = { href: `http://${credentials}a%2Ab${rest}`, protocol, username, password, hostname: 'a%2Ab' };
    expect(withHost(chromium, 'a*b')).toBe(native.href);
  }
});
