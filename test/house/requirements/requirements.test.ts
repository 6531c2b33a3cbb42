import { describe, expect, it } from 'vitest';
import { read } from '../sources.ts';
import { codesIn, collectCitations, titlesIn } from './collect-citations.ts';
import { printPage } from './print-page.ts';
import { AREAS, SENTENCES } from './sentences.ts';

const citations = collectCitations();

describe('requirements', () => {
  it('have a sentence wherever a test or a comment names their code', () => {
    const unknown = [...citations.proofs, ...citations.mentions]
      .filter(([code]) => SENTENCES[code] === undefined)
      .map(([code, paths]) => `${code} in ${paths.join(', ')}`);
    expect(unknown).toEqual([]);
    expect(Object.keys(SENTENCES).filter((code) => AREAS[code.split('-')[0] ?? ''] === undefined)).toEqual([]);
  });

  it('stand in docs/requirements.md as `npm run requirements` writes it', () => {
    expect(read('docs/requirements.md')).toBe(printPage(citations));
  });

  it('are found in titles of every form, and in no other string of a test', () => {
    const titles = titlesIn(
      'a.test.ts',
      [
        "describe('AU-01', () => { it(`P-02 ${a}`, f); run('DI-05'); });",
        "test.each([['SV-03']])('UX-04 %s', f);",
        "it.skipIf(a)('P-06', f);",
      ].join('\n'),
    );
    expect(codesIn(titles.join(' '))).toEqual(['AU-01', 'P-02', 'P-06', 'UX-04']);
    expect(codesIn('UTF-16, SHA-25, P-123, CVE-2024, xP-01')).toEqual([]);
  });

  it('say so where no test proves one', () => {
    const page = printPage({ proofs: new Map([['P-10', ['a.test.ts']]]), mentions: new Map([['P-09', ['b.ts']]]) });
    expect(page).toContain(`| P-10 | ${SENTENCES['P-10']} | [a.test.ts](../a.test.ts) |`);
    expect(page).toContain('no test names it; see [b.ts](../b.ts) |');
    expect(page.indexOf('| P-09')).toBeLessThan(page.indexOf('| P-10'));
  });
});
