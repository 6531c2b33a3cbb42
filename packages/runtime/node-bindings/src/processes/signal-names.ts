import { signalNumbers } from '@slipway/kernel';

/** Name of signal `number`, `'0'` for the null signal of kill(2), `undefined` where there is none. */
export function signalName(number: number): string | undefined {
  if (number === 0) return '0';
  return Object.keys(signalNumbers).find((name) => signalNumbers[name] === number);
}
