import { expect, it } from 'vitest';
import { installNotice } from './install-notices.ts';

it('TC-03 what installs and cannot do here what it is for is named, with the way out', () => {
  expect(installNotice('cypress', '15.3.0')).toContain('cypress 15.3.0 starts a browser');
  expect(installNotice('next', '16.4.6')).toContain('next build --webpack');
  for (const name of ['react', 'next-auth', '@scope/next', undefined, 7, {}])
    expect(installNotice(name, '1.0.0')).toBeUndefined();
});
