import type { Build, SiteResponse, VersionLink } from '@slipway/contracts';
import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import type { Api } from '../api/create-api.ts';
import { createSiteAdmin } from './create-site-admin.ts';

const build = (id: string, status: Build['status']): Build => ({ id, status }) as Build;

function open() {
  let reads = 0;
  let broken = false;
  const api = {
    site: async () => {
      reads++;
      if (broken) throw new Error('no answer');
      return { activeBuildId: 'b' } as SiteResponse['site'];
    },
    builds: async () => ({
      builds: [build('a', 'failed'), build('b', 'succeeded'), build('c', 'succeeded')],
      activeBuildId: 'b',
    }),
    versionLinks: async () => [{ buildId: 'c' } as VersionLink],
    unpublish: async () => ({ success: true as const }),
    deleteBuild: () => Promise.reject(new Error('it is shown')),
  } as unknown as Api;
  const { admin, dispose } = createRoot((dispose) => ({ admin: createSiteAdmin(api, { id: 'p' }), dispose }));
  return { admin, dispose, reads: () => reads, breakReads: (now: boolean) => void (broken = now) };
}

it('P-36 versions are the builds that succeeded, with their links and which one is shown', async () => {
  const { admin, dispose } = open();
  await admin.reload();
  expect(admin.versions().map(({ build: { id }, link, shown }) => [id, link?.buildId, shown])).toEqual([
    ['b', undefined, true],
    ['c', 'c', false],
  ]);
  dispose();
});

it('reads anew after a change, and says why one was refused', async () => {
  const { admin, dispose, reads } = open();
  expect(await admin.change((api) => api.unpublish('p'))).toBe(true);
  expect([reads(), admin.problem(), admin.busy()]).toEqual([1, undefined, false]);
  expect(await admin.change((api) => api.deleteBuild('b'))).toBe(false);
  expect([reads(), admin.problem()]).toEqual([1, 'it is shown']);
  dispose();
});

it('UX-17 what could not be read is said until it is read, and a change that was made stays made', async () => {
  const { admin, dispose, breakReads } = open();
  breakReads(true);
  await admin.reload();
  expect([admin.site(), admin.unread(), admin.problem()]).toEqual([undefined, 'no answer', undefined]);
  expect(await admin.change((api) => api.unpublish('p'))).toBe(true);
  expect(admin.unread()).toBe('no answer');
  breakReads(false);
  expect(await admin.change((api) => api.deleteBuild('b'))).toBe(false);
  await admin.reload();
  expect([admin.unread(), admin.problem()]).toEqual([undefined, 'it is shown']);
  admin.forget();
  expect(admin.problem()).toBeUndefined();
  dispose();
});
