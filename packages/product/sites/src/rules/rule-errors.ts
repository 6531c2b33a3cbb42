/** What is wrong with a line of `_headers` or `_redirects`; the line is left out, the rest holds (ST-05). */
export interface RuleError {
  /** Counted from one. */
  line: number;
  message: string;
}

/** Bounds of the two files, those of Cloudflare Pages. */
export const ruleLimits = {
  lineUnits: 2000,
  headerRules: 100,
  staticRedirects: 2000,
  dynamicRedirects: 100,
  /** Of each file; past it nothing of it is read. */
  fileBytes: 256 * 1024,
} as const;

/** Lines with their numbers, without empty ones, comments and those that are too long. */
export function* readLines(text: string, errors: RuleError[]): Generator<{ line: string; number: number }> {
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.length > ruleLimits.lineUnits)
      errors.push({ line: at + 1, message: `the line is longer than ${ruleLimits.lineUnits} characters` });
    else yield { line, number: at + 1 };
  }
}
