/**
 * Sizes as ls -h, du -h and df -h print them: rounded up, so
 * that no file looks smaller than it is, one decimal below ten.
 */
export function humanSize(bytes: number, base = 1024): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  if (unit === 0) return String(Math.ceil(value));
  const shown = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  // Rounding up may have reached the next unit.
  if (shown >= base && unit < units.length - 1) return `1.0${units[unit + 1]}`;
  return `${shown < 10 ? shown.toFixed(1) : shown.toFixed(0)}${units[unit]}`;
}
