const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long something has taken, in microseconds, in its largest unit: "3 minutes". */
export function formatAge(microseconds: number): string {
  const seconds = Math.max(0, Math.round(microseconds / 1_000_000));
  const [unit, size] = STEPS.find(([, one]) => seconds >= one) ?? (['second', 1] as const);
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
