/** Zone and language of the environment, beside native Node. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const DATES = readFileSync(new URL('scenarios/dates.mjs', import.meta.url), 'utf8');
const LIMIT_MS = 60_000;

describe('TC-13 Date and Intl follow the environment', () => {
  const node = useNode();
  const compare = async (env: Readonly<Record<string, string>>, script: string): Promise<string> => {
    const { ours, native } = await node.runInBoth({ 'main.mjs': script }, ['main.mjs'], { env });
    expect(ours).toEqual(native);
    return ours.stdout;
  };

  for (const TZ of ['Asia/Tokyo', 'America/New_York', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'UTC'])
    it(`TC-13 in ${TZ}`, { timeout: LIMIT_MS }, async () => {
      await compare({ TZ, LC_ALL: 'C' }, DATES);
    });

  for (const LANG of ['de_DE.UTF-8', 'fr_FR', 'ja_JP.UTF-8', 'tr_TR'])
    it(`TC-13 in ${LANG}`, { timeout: LIMIT_MS }, async () => {
      await compare({ TZ: 'Europe/Paris', LANG }, DATES);
    });

  it(
    'TC-13 the first of LC_ALL, LC_MESSAGES and LANG counts; names of POSIX are understood',
    { timeout: LIMIT_MS },
    async () => {
      const script = `
      const { execFileSync } = await import('node:child_process');
      const ask = (env) => execFileSync(process.execPath, ['-p', 'new Intl.NumberFormat().resolvedOptions().locale + " " + (1234.5).toLocaleString() + " " + new Date(0).getHours()'], { env: { PATH: process.env.PATH, ...env } }).toString();
      for (const env of [{ LC_ALL: 'de_DE', LANG: 'fr_FR' }, { LC_MESSAGES: 'fr_FR', LANG: 'de_DE' }, { LC_NUMERIC: 'fr_FR', LANG: 'de_DE' }, {}, { LANG: 'POSIX' },
        { TZ: ':Asia/Tokyo' }, { TZ: 'JST-9' }, { TZ: 'UTC+3' }, { TZ: 'asia/tokyo' }, { TZ: 'Nope/Zone' }, { TZ: 'EST5EDT' }])
        process.stdout.write(ask({ TZ: 'UTC', ...env }));`;
      expect(await compare({}, script)).toContain('de-DE 1.234,5 0\nfr-FR');
    },
  );
});
