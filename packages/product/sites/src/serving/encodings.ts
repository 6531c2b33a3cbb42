/** The encodings that files are stored in besides their own bytes, best first. */
export const storedEncodings = ['br', 'gzip'] as const;

/** Made when a site is published, and not for a request. */
export type StoredEncoding = (typeof storedEncodings)[number];

/**
 * The best of what there is for an Accept-Encoding header: RFC 9110, 12.5.3 (ST-03).
 * `identity` also where nothing else is acceptable and it was not either: a page that
 * cannot be read helps more than none.
 */
export function chooseEncoding(
  header: string | undefined,
  available: readonly StoredEncoding[],
): StoredEncoding | 'identity' {
  if (header === undefined || available.length === 0) return 'identity';
  const weights = parseWeights(header);
  const weightOf = (name: string): number | undefined => weights.get(name) ?? weights.get('*');
  let best: StoredEncoding | 'identity' = 'identity';
  // Unnamed, it is acceptable, but less so than whatever was named.
  let bestWeight = weightOf('identity') ?? Number.MIN_VALUE;
  // From the worst of ours to the best, so that of equal weights the best is taken.
  for (const name of storedEncodings.toReversed()) {
    const weight = available.includes(name) ? (weightOf(name) ?? 0) : 0;
    if (weight === 0 || weight < bestWeight) continue;
    best = name;
    bestWeight = weight;
  }
  return best;
}

function parseWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    if (name === '') continue;
    const q = parameters.map((parameter) => /^q\s*=\s*(\d(?:\.\d{0,3})?)$/.exec(parameter)?.[1]).find(Boolean);
    weights.set(name === 'x-gzip' ? 'gzip' : name, q === undefined ? 1 : Math.min(Number(q), 1));
  }
  return weights;
}
