/**
 * The port that visitors see: the one they saw before while something listens there, else the preview's own, else the
 * lowest. Undefined while nothing listens.
 */
export function choosePort(open: readonly number[], before: number | undefined, own: number): number | undefined {
  if (open.includes(own)) return own;
  if (before !== undefined && open.includes(before)) return before;
  return open.length === 0 ? undefined : Math.min(...open);
}
