import { signalOfNumber } from '@slipway/posix';

/** Name of signal `number`, `'0'` for the null signal of kill(2), `undefined` where there is none. */
export function signalName(number: number): string | undefined {
  return number === 0 ? '0' : signalOfNumber(number);
}
