import * as z from 'zod';

/** What a run may use at most (design, 5). */
export const runBounds = z.strictObject({
  turns: z.int().min(1).max(500),
  /** Input and output together. */
  tokens: z.int().min(1).max(100_000_000),
  /** In millionths of the currency of the provider's prices; null: no bound. */
  costMicros: z.int().min(1).max(1_000_000_000).nullable(),
  wallMs: z
    .int()
    .min(1000)
    .max(24 * 3_600_000),
});
export type RunBounds = z.infer<typeof runBounds>;

/** No bound of costs: prices are not known for every model. */
export const DEFAULT_BOUNDS: RunBounds = { turns: 50, tokens: 2_000_000, costMicros: null, wallMs: 3_600_000 };

/** Compared with the `RunBounds` of the same names. */
export interface RunUse {
  readonly turns: number;
  readonly tokens: number;
  /** Undefined where the model has no known price. */
  readonly costMicros: number | undefined;
  readonly wallMs: number;
}

/** Price of a model, in millionths of a currency for a million tokens. */
export interface TokenPrice {
  readonly inputMicros: number;
  readonly outputMicros: number;
}

/** Which bound is reached, or undefined. With an unknown price a bound on cost is refused before a run, not here. */
export function reachedBound(bounds: RunBounds, use: RunUse): keyof RunBounds | undefined {
  if (use.turns >= bounds.turns) return 'turns';
  if (use.tokens >= bounds.tokens) return 'tokens';
  if (bounds.costMicros !== null && use.costMicros !== undefined && use.costMicros >= bounds.costMicros)
    return 'costMicros';
  return use.wallMs >= bounds.wallMs ? 'wallMs' : undefined;
}

/** What so many tokens cost, in millionths of the currency, rounded up. */
export function costOf(price: TokenPrice, tokens: { input: number; output: number }): number {
  return Math.ceil((price.inputMicros * tokens.input + price.outputMicros * tokens.output) / 1_000_000);
}

/** Of each bound the smaller number; null and undefined bound nothing. */
export function narrowerBounds(
  one: RunBounds,
  other: { readonly [K in keyof RunBounds]?: RunBounds[K] | undefined },
): RunBounds {
  const costs = [one.costMicros, other.costMicros ?? null].filter((cost) => cost !== null);
  return {
    turns: Math.min(one.turns, other.turns ?? Infinity),
    tokens: Math.min(one.tokens, other.tokens ?? Infinity),
    costMicros: costs.length === 0 ? null : Math.min(...costs),
    wallMs: Math.min(one.wallMs, other.wallMs ?? Infinity),
  };
}
