import type { Site } from '@slipway/db';
import { expect, it } from 'vitest';
import { createSitePasses } from './site-passes.ts';

const site: Site = {
  kind: 'version',
  key: 'wpt_1',
  projectId: 'p',
  artifactId: 'a',
  treeId: 't',
  createdAt: 0,
  serving: null,
  passwordHash: 'h',
  expiresInUs: null,
  viewLimit: null,
};

it('ST-11 a pass opens one site for its time, until the password is another', () => {
  let now = 0;
  const passes = createSitePasses('secret', { secure: true, now: () => now });
  const cookie = passes.give('password', site);
  expect(cookie).toMatch(
    /^__Host-slipway-site-password=\d+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=43200$/,
  );
  const pair = cookie.slice(0, cookie.indexOf(';'));
  expect(passes.has('password', site, `a=b; ${pair}`)).toBe(true);
  const changed = pair.endsWith('A') ? `${pair.slice(0, -1)}B` : `${pair.slice(0, -1)}A`;
  const refused: [Site, string | undefined][] = [
    [site, undefined],
    [site, changed],
    [site, pair.replace('password', 'view')],
    [site, pair.replace('43200', '99999999')],
    [{ ...site, key: 'wpt_2' }, pair],
    [{ ...site, kind: 'address' }, pair],
    [{ ...site, passwordHash: 'other' }, pair],
  ];
  for (const [asked, given] of refused) expect(passes.has('password', asked, given)).toBe(false);
  expect(passes.has('view', site, pair)).toBe(false);
  expect(createSitePasses('other', { secure: true, now: () => 0 }).has('password', site, pair)).toBe(false);
  now = 43_200_000;
  expect(passes.has('password', site, pair)).toBe(false);
});

it('ST-11 over plain http the pass has a name that browsers take there', () => {
  const passes = createSitePasses('secret', { secure: false, now: () => 0 });
  expect(passes.give('view', site)).toMatch(/^slipway-site-view=.*SameSite=Lax; Max-Age=3600$/);
});
