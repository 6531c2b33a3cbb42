/** npm's errors are a screen at most. */
const MOST_BYTES = 64 * 1024;
const ERRORS = /^npm error/m;

/** What is held back, and what becomes of it. */
export interface HeldErrors {
  /** A piece of stderr; @returns what of it is for the log at once. */
  push(bytes: Uint8Array): Uint8Array;
  /** All that was held: it is for the log after all, or nobody misses it. */
  take(): Uint8Array;
}

/**
 * npm's own errors of a command that has another in its place: who reads the log of a build that went well should not
 * find a page of them. They come last, so all from the first of them on is held, up to a bound.
 */
export function holdErrors(): HeldErrors {
  const held: Uint8Array[] = [];
  let size = 0;
  let gaveUp = false;
  return {
    push(bytes) {
      if (gaveUp) return bytes;
      // Bytes as letters: positions stay, and what is looked for is ASCII.
      const text = Buffer.from(bytes).toString('latin1');
      const at = held.length > 0 ? 0 : text.search(ERRORS);
      if (at === -1) return bytes;
      if (size + bytes.length - at > MOST_BYTES) {
        gaveUp = true;
        return Buffer.concat([...held.splice(0), bytes]);
      }
      held.push(bytes.subarray(at));
      size += bytes.length - at;
      return bytes.subarray(0, at);
    },
    take: () => Buffer.concat(held.splice(0)),
  };
}

/** Of npm's words about a lockfile the line that says what is wrong with it. */
export function refusalOf(errors: Uint8Array): string | undefined {
  const line = /^npm error ((?:Missing|Invalid): .*)$/m.exec(Buffer.from(errors).toString('utf8'))?.[1];
  return line?.trim().slice(0, 200);
}
