import { expect, it } from 'vitest';
import { allocateEnginePage, putEngineAnswer, refuseEngineWork, takeEngineAnswer } from './engine-work.ts';

it('gives the answer to whoever waits for it, or that there is none', () => {
  const answered = allocateEnginePage(4);
  putEngineAnswer(answered, Uint8Array.of(1, 2, 3));
  expect(takeEngineAnswer(answered)).toEqual(Uint8Array.of(1, 2, 3));
  const refused = allocateEnginePage(4);
  refuseEngineWork(refused);
  expect(takeEngineAnswer(refused)).toBeUndefined();
  const tooSmall = allocateEnginePage(4);
  putEngineAnswer(tooSmall, new Uint8Array(5));
  expect(takeEngineAnswer(tooSmall)).toBeUndefined();
});
