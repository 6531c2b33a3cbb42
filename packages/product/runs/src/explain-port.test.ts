import { describe, expect, it } from 'vitest';
import { explainPort } from './explain-port.ts';

describe('a run that does not answer on the preview’s port', () => {
  it('RN-03 is told which port it has, and what to write where', () => {
    const table: [string, number[], string | null][] = [
      ['node server.js', [], null],
      ['node server.js', [3000, 5173], null],
      ['node server.js', [3000], 'let the program listen on process.env.PORT, as in server.listen(process.env.PORT)'],
      ['vite', [3000], 'in vite.config write server: { port: 5173, strictPort: true }'],
      ['vite --port 3000', [3000], 'in package.json, script "dev", write "--port 5173" instead of "--port 3000"'],
      ['next dev -p 3000', [3000], 'in package.json, script "dev", write "-p 5173" instead of "-p 3000"'],
      ['PORT=3000 node x.js', [3000], 'in package.json, script "dev", write "PORT=5173" instead of "PORT=3000"'],
      ['next dev', [3000], 'in package.json, script "dev", write "next dev -p 5173"'],
      ['astro dev', [4321], 'in package.json, script "dev", write "astro dev --port 5173"'],
      ['something-else', [80], 'let the program listen on process.env.PORT, as in server.listen(process.env.PORT)'],
    ];
    for (const [script, ports, fix] of table) {
      const expected =
        fix === null ? null : `It listens on port ${ports.join(', ')}, and the preview shows port 5173: ${fix}`;
      expect([script, explainPort({ name: 'dev', script, ports, taken: undefined })]).toEqual([script, expected]);
    }
  });

  it('RN-03 is told who else has the port', () => {
    const taken = { pid: 12, command: 'node x.js' };
    expect(explainPort({ name: 'dev', script: 'vite', ports: [], taken })).toBe(
      'Port 5173 is taken by process 12 ("node x.js"): end it, then run again',
    );
  });
});
