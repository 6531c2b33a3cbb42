/** A row of figures: ours and native's, each from several runs. */
export interface Figures {
  readonly name: string;
  readonly ours: readonly number[];
  readonly native: readonly number[];
}

/** NaN for no values. Means would let one slow run of a busy machine decide. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

const spread = (values: readonly number[]): string =>
  values.length === 0
    ? '–'
    : `${digits(median(values))} (${digits(Math.min(...values))}–${digits(Math.max(...values))})`;

/** Markdown rows: median (min–max) of both, and the ratio of the medians. */
export function printFigures(title: string, unit: string, rows: readonly Figures[]): void {
  process.stdout.write(
    `\n${title}\n\n| | Slipway, ${unit} | native Node, ${unit} | ratio | pairs |\n|---|---|---|---|---|\n`,
  );
  for (const { name, ours, native } of rows) {
    const ratio = native.length === 0 ? '–' : (median(ours) / median(native)).toFixed(2);
    process.stdout.write(`| ${name} | ${spread(ours)} | ${spread(native)} | ${ratio} | ${ours.length} |\n`);
  }
}
