import { providerModel } from '@slipway/agent';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROW, readRows, rowOf } from './model-rows.ts';

describe('models that a person fills in', () => {
  it('are what the server takes, prices for a million tokens', () => {
    const read = readRows([
      { id: ' coder ', inputPrice: '3', outputPrice: '1,5', window: '200000' },
      { ...EMPTY_ROW, id: 'local' },
      EMPTY_ROW,
    ]);
    expect(read).toEqual({
      models: [
        { id: 'coder', window: 200_000, output: 8192, price: { inputMicros: 3_000_000, outputMicros: 1_500_000 } },
        { id: 'local', window: 128_000, output: 8192 },
      ],
    });
    if (!('models' in read)) throw new Error('unread');
    for (const model of read.models) expect(providerModel.safeParse(model).success).toBe(true);
    expect(readRows(read.models.map(rowOf))).toEqual(read);
  });

  it('say what is wrong with them', () => {
    const problem = (...rows: Partial<typeof EMPTY_ROW>[]): unknown =>
      (readRows(rows.map((row) => ({ ...EMPTY_ROW, ...row }))) as { problem: string }).problem;
    expect(problem({})).toMatch(/at least one/);
    expect(problem({ id: 'a' }, { id: 'a' })).toMatch(/twice/);
    expect(problem({ id: 'a', inputPrice: '1' })).toMatch(/both prices/);
    expect(problem({ id: 'a', inputPrice: 'x', outputPrice: '1' })).toMatch(/no number/);
    expect(problem({ id: 'a', window: '12' })).toMatch(/window/);
    expect(problem({ id: 'a', window: '1e9' })).toMatch(/window/);
  });
});
