import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useNode } from '../../test-support/index.ts';

const script = (name: string): string => readFileSync(new URL(`testing/${name}.js`, import.meta.url), 'utf8');

describe('processes and threads', () => {
  const node = useNode();

  it.each([
    ['children: pipes, signals, missing programs, IPC', 'children'],
    ['waiting for a child: input, output, limits, time-outs', 'spawn-sync'],
    ['threads: messages, shared memory, errors, termination, ports', 'threads'],
    ['reading a port while blocked: what synckit and loader hooks do', 'sync-messages'],
    ['reading a port that is listened to: nothing posted before a question comes after it', 'read-while-listening'],
    ['v8.serialize', 'serialize'],
  ])(
    '%s, as in native Node',
    async (_what, name) => {
      const { ours, native } = await node.runInBoth({ 'main.js': script(name) }, ['main.js']);
      expect(ours).toEqual(native);
    },
    40_000,
  );
});
