import type { Citations } from './collect-citations.ts';
import { AREAS, SENTENCES } from './sentences.ts';

const byNumber = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true });

/** docs/requirements.md: every code that this repository names, its sentence and the tests that prove it. */
export function printPage({ proofs, mentions }: Citations): string {
  const codes = [...new Set([...proofs.keys(), ...mentions.keys()])].sort(byNumber);
  const areas = Object.entries(AREAS)
    .map(([area, title]) => ({ title, own: codes.filter((code) => code.startsWith(`${area}-`)) }))
    .filter(({ own }) => own.length > 0);
  return [
    '# What must hold, and which tests prove it',
    '',
    '<!-- Written by `npm run requirements` from test/house/requirements/sentences.ts and the titles of all tests. -->',
    '',
    'Tests and comments name requirements by code. This page has the codes that are named today; a test that names one',
    'in its title fails without it. `grep -rn "P-18" apps packages test` finds every place.',
    ...areas.flatMap(({ title, own }) => [
      '',
      `## ${title}`,
      '',
      '| code | must hold | proven by |',
      '|---|---|---|',
      ...own.map((code) => `| ${code} | ${SENTENCES[code] ?? '?'} | ${places(code, proofs, mentions)} |`),
    ]),
    '',
  ].join('\n');
}

function places(code: string, proofs: Citations['proofs'], mentions: Citations['mentions']): string {
  const proven = proofs.get(code) ?? [];
  if (proven.length > 0) return proven.map(link).join('<br>');
  return `no test names it; see ${(mentions.get(code) ?? []).slice(0, 2).map(link).join(', ')}`;
}

const link = (path: string): string => `[${path}](../${path})`;
