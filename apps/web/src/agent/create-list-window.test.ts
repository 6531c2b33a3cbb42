import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { createListWindow, SHOWN_AT_MOST, STEP } from './create-list-window.ts';

describe('the part of a long list that is in the document', () => {
  it('UX-16 follows the end, stays where it is held while items come on both sides, and has a bound', () => {
    createRoot((dispose) => {
      const [count, setCount] = createSignal(100);
      const [added, setAdded] = createSignal(0);
      const list = createListWindow(count, added);
      const shown = (): [number, number] => [list.from(), list.to()];
      expect(shown()).toEqual([20, 100]);
      setCount(110);
      expect(shown()).toEqual([30, 110]);
      list.hold();
      setCount(130);
      expect(shown()).toEqual([30, 130]);
      setCount(1130);
      setAdded(1000);
      expect(shown()).toEqual([1030, 1130]);
      for (let step = 0; step < 5; step++) list.up();
      expect(shown()).toEqual([1030 - 5 * STEP, 1030 - 5 * STEP + SHOWN_AT_MOST]);
      for (let step = 0; step < 50; step++) list.up();
      expect(shown()).toEqual([0, SHOWN_AT_MOST]);
      for (let step = 0; step < 50; step++) list.down();
      expect(shown()).toEqual([1050, 1130]);
      list.follow();
      setCount(10);
      expect(shown()).toEqual([0, 10]);
      list.hold();
      setCount(0);
      expect(shown()).toEqual([0, 0]);
      dispose();
    });
  });
});
