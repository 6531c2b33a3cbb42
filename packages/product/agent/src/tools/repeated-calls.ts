/** So often the same call is made before the model is told, and before the run is ended (design, 5). */
export const REPEATS = { told: 3, ended: 5 } as const;

/** `arguments` is the model's JSON, whose keys may come in any order. */
export interface MadeCall {
  readonly name: string;
  readonly arguments: string;
}

/** How often the last call was made in a row, the order of keys aside. */
export function repeatsOf(calls: readonly MadeCall[]): number {
  const last = calls.at(-1);
  if (last === undefined) return 0;
  const key = keyOf(last);
  let count = 0;
  for (let at = calls.length - 1; at >= 0 && keyOf(calls[at]!) === key; at--) count++;
  return count;
}

function keyOf(call: MadeCall): string {
  return `${call.name} ${canonical(call.arguments)}`;
}

function canonical(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, held]) => [key, sorted(held)]);
}
