import { describe, expect, it } from 'vitest';
import { makeInstallLog } from './install-log.ts';

function open(lockfile?: string) {
  const lines: string[] = [];
  const made = makeInstallLog((stream, bytes) => lines.push(`${stream} ${new TextDecoder().decode(bytes)}`), lockfile);
  const push = (stream: 'stdout' | 'stderr', text: string) => made.log(stream, new TextEncoder().encode(text));
  return { lines, push, end: made.end };
}

const fetched = (at: number): string =>
  `npm http fetch GET 200 https://registry.example/p${at}/-/p${at}-1.0.0.tgz 3ms (cache miss)\n`;

describe('the log of a build’s install', () => {
  it('UX-12 tells counts and the package at hand now and then, and shows no line for each fetch', () => {
    const packages = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`node_modules/p${at}`, {}]));
    const { lines, push } = open(JSON.stringify({ packages: { '': {}, ...packages } }));
    for (let at = 0; at < 25; at++) push('stderr', fetched(at));
    expect(lines).toEqual([
      'system installing: 10 of 25 packages fetched, p9\n',
      'system installing: 20 of 25 packages fetched, p19\n',
    ]);
  });

  it('passes everything else on, half lines at the end too', () => {
    const { lines, push, end } = open();
    push('stdout', 'added 2 pack');
    push('stderr', 'npm warn depre');
    push('stderr', 'cated x\nno luck');
    expect(lines).toEqual(['stdout added 2 pack', 'stderr npm warn deprecated x\n']);
    end();
    expect(lines.at(-1)).toBe('stderr no luck\n');
  });
});
