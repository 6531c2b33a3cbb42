import { type Accessor, createSignal } from 'solid-js';

/** Something that a person wants or does not, kept in this browser; at first they do not. */
export function createChoice(key: string): readonly [Accessor<boolean>, (on: boolean) => void] {
  const [on, setOn] = createSignal(read(key));
  const choose = (next: boolean): void => {
    setOn(next);
    try {
      localStorage.setItem(key, next ? 'on' : 'off');
    } catch (error) {
      console.warn('The choice is for this page alone:', error);
    }
  };
  return [on, choose];
}

function read(key: string): boolean {
  try {
    return globalThis.localStorage?.getItem(key) === 'on';
  } catch (error) {
    console.warn('A stored choice cannot be read:', error);
    return false;
  }
}
