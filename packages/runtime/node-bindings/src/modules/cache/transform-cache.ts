/** A lost entry costs time alone: the plan is made again. */
export interface TransformCache {
  /** What was put under this key, or `undefined`. */
  get(key: string): string | undefined;
  /** `worth` tells how much work is saved: the length of the source. */
  put(key: string, value: string, worth: number): void;
}
