import type { CommandAnswer, HolderCommand } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { settle } from '../testing/fake-container.ts';
import { makeAnswerer } from './answer-commands.ts';

const command = (fields: Partial<HolderCommand> = {}): HolderCommand => ({
  id: crypto.randomUUID(),
  projectId: crypto.randomUUID(),
  holderId: crypto.randomUUID(),
  epoch: 1,
  verb: 'run.status',
  body: '{}',
  remainingMs: 1000,
  ...fields,
});

function open(perform: (verb: string) => Promise<unknown>) {
  const done: string[] = [];
  const posted: CommandAnswer[] = [];
  const answer = makeAnswerer(
    ({ verb }) => {
      done.push(verb);
      return perform(verb);
    },
    async (_id, _fence, given) => void posted.push(given),
  );
  return { answer, done, posted };
}

describe('what a tab answers', () => {
  it('RN-15 is done once however often it is delivered, and not at all once it is over', async () => {
    const { answer, done, posted } = open(async () => ({ status: 'IDLE' }));
    const once = command();
    for (const again of [once, once, command({ remainingMs: 0 })]) answer(again);
    await settle();
    expect(done).toEqual(['run.status']);
    expect(posted).toEqual([{ ok: true, value: '{"status":"IDLE"}' }]);
    for (let sent = 0; sent < 600; sent++) answer(command());
    await settle();
    expect(done).toHaveLength(601);
  });

  it('RN-15 names why it could not, by a code that the server takes, and never more than fits', async () => {
    const errors = [
      Object.assign(new Error('no such script'), { code: 'NO_SCRIPT' }),
      Object.assign(new Error('a\0\ud800'), { code: 'not a code' }),
      'text',
    ];
    const { answer, posted } = open(() => Promise.reject(errors.shift()));
    for (let sent = 0; sent < 3; sent++) answer(command());
    await settle();
    expect(posted).toEqual([
      { ok: false, code: 'NO_SCRIPT', message: 'no such script' },
      { ok: false, code: 'FAILED', message: 'a\ufffd' },
      { ok: false, code: 'FAILED', message: 'text' },
    ]);
    const large = open(async () => 'x'.repeat(5_000_000));
    large.answer(command());
    await settle();
    expect(large.posted).toMatchObject([{ ok: false, code: 'TOO_LARGE' }]);
  });
});
