const FORMAT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** Microseconds of Unix time, as the database has them; in English, and in the browser's own time zone. */
export function formatMoment(micros: number | null): string {
  return micros === null ? 'never' : FORMAT.format(micros / 1000);
}

/** A browser in a few words, from what it says of itself. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null) return 'Unknown program';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari|curl|git|node)\/?(\d+)?/i.exec(userAgent);
  const system = /(Windows|Macintosh|Android|iPhone|iPad|CrOS|Linux)/.exec(userAgent)?.[1];
  const name =
    browser === null ? userAgent.slice(0, 40) : `${NAMES[browser[1] ?? ''] ?? browser[1]} ${browser[2] ?? ''}`;
  return `${name.trim()}${system === undefined ? '' : ` on ${SYSTEMS[system] ?? system}`}`;
}

const NAMES: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };
const SYSTEMS: Readonly<Record<string, string>> = { Macintosh: 'macOS', CrOS: 'ChromeOS' };
