import { describe, expect, it } from 'vitest';
import { missingNeed } from './browser-needs.ts';

const all = { secure: true, isolated: true, growable: true };

describe('what a container needs of the page (UX-17)', () => {
  it('has nothing to say where all is there', () => {
    expect(missingNeed(all)).toBeUndefined();
  });

  it('names the address before the headers, and the headers before the browser', () => {
    expect(missingNeed({ secure: false, isolated: false, growable: false })).toMatch(/https/);
    expect(missingNeed({ ...all, isolated: false, growable: false })).toMatch(/headers.*Firefox/);
    expect(missingNeed({ ...all, growable: false })).toMatch(/grow.*Chrome/);
  });
});
