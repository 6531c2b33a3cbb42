/**
 * Slows down guessing: each wrong sign-in costs one of the key's attempts, which
 * come back one by one. Kept in memory: a restart forgives, and several servers
 * each count for themselves, which is as good as it needs to be beside scrypt.
 */
export interface AttemptLimiter {
  /** Whether another attempt may be made now. */
  allows(key: string): boolean;
  failed(key: string): void;
  succeeded(key: string): void;
}

export function createAttemptLimiter(options: { attempts: number; refillMs: number; maxKeys: number; now: () => number }): AttemptLimiter {
  const { attempts, refillMs, maxKeys, now } = options;
  /** When the key's attempts will all be back. A key that is not here has all of them. */
  const fullAt = new Map<string, number>();
  return {
    allows: (key) => (fullAt.get(key) ?? 0) - now() <= (attempts - 1) * refillMs,
    failed: (key) => {
      const base = Math.max(fullAt.get(key) ?? 0, now());
      // Set anew, so that the first key of the map is the one that failed longest ago.
      fullAt.delete(key);
      fullAt.set(key, base + refillMs);
      const [oldest] = fullAt.keys();
      if (fullAt.size > maxKeys && oldest !== undefined) fullAt.delete(oldest);
    },
    succeeded: (key) => void fullAt.delete(key),
  };
}
