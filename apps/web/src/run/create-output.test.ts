import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { createOutput } from './create-output.ts';

const open = () => createRoot(() => createOutput());

describe('the output of runs', () => {
  it('tells stderr from stdout by a bar, and shows one of them alone when that is chosen', () => {
    const output = open();
    const heard: string[] = [];
    output.onOutput((text) => heard.push(text));
    output.add({ stream: 'stdout', lines: ['out'] });
    output.add({ stream: 'stderr', lines: ['bad', 'worse'] });
    expect(heard.join('')).toMatch(/out.*▌.*bad.*▌.*worse/s);
    heard.length = 0;
    output.choose('stderr');
    expect(heard.join('')).toContain('bad');
    expect(heard.join('')).not.toContain('out');
    output.add({ stream: 'stdout', lines: ['later'] });
    output.choose('stdout');
    expect(heard.at(-1)).toMatch(/out.*later/s);
    expect(heard.at(-1)).not.toContain('bad');
  });

  it('holds the last lines of a program that never ends to print', () => {
    const output = open();
    for (let at = 0; at < 60; at++)
      output.add({ stream: 'stdout', lines: Array.from({ length: 100 }, (_, line) => `line ${at * 100 + line}.`) });
    const heard: string[] = [];
    output.onOutput((text) => heard.push(text));
    expect(heard.join('')).not.toContain('line 999.');
    expect(heard.join('')).toContain('line 1000.');
    expect(heard.join('')).toContain('line 5999.');
  });
});
