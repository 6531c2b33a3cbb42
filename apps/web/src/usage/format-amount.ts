import type { QuotaName } from '@slipway/contracts';

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of what the quota counts: bytes in the unit that people would choose, everything else as it is. */
export function formatAmount(name: QuotaName, amount: number): string {
  if (!/bytes/i.test(name)) return amount.toLocaleString('en');
  let unit = 0;
  let value = amount;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 })} ${units[unit]}`;
}
