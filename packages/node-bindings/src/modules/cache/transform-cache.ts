/** Where transformed texts are kept between processes. */

export interface TransformCache {
  /** What was put under this key, or `undefined`. */
  get(key: string): string | undefined;
  put(key: string, value: string): void;
}
