/** What the environment says of zone and language, as ICU reads it for Node. */

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The language that Intl takes where none is named: of LC_ALL, LC_MESSAGES, LANG the first that is set
 * (uprv_getDefaultLocaleID, icu4c putil.cpp). What ICU has no data for is English, which is nearest to its root.
 */
export function localeOf(env: Environment, NumberFormat: typeof Intl.NumberFormat): string {
  const set = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? 'C';
  const tag = set.replace(/[.@].*$/, '').replaceAll('_', '-');
  if (tag === 'C' || tag === 'POSIX' || tag === '') return 'en-US';
  try {
    return NumberFormat.supportedLocalesOf(tag)[0] ?? 'en-US';
  } catch (error) {
    if (error instanceof RangeError) return 'en-US';
    throw error;
  }
}

/**
 * The zone of TZ, as Intl takes it; undefined where it is not set. A colon before the name is POSIX's, a path below
 * zoneinfo names its end, `JST-9` has its offset the other way round (XBD 8.3), and what nobody knows is UTC.
 */
export function zoneOf(env: Environment, DateTimeFormat: typeof Intl.DateTimeFormat): string | undefined {
  const set = env['TZ'];
  if (set === undefined) return undefined;
  const name = set.replace(/^:/, '').replace(/^.*\/zoneinfo\//, '');
  // ICU's names have their case; `utc` is none.
  const known = /^(?:[A-Z]|posix|right)/.test(name) && name !== '' ? supported(name, DateTimeFormat) : undefined;
  if (known !== undefined) return known;
  const [, sign = '+', hours, minutes = '0'] =
    /^(?:[A-Za-z]{3,}|<[^>]+>)([+-]?)(\d{1,2})(?::(\d{2}))?/.exec(name) ?? [];
  if (hours === undefined || Number(hours) > 24) return 'UTC';
  const offset = `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
  return supported(`${sign === '-' ? '+' : '-'}${offset}`, DateTimeFormat) ?? 'UTC';
}

function supported(name: string, DateTimeFormat: typeof Intl.DateTimeFormat): string | undefined {
  try {
    return new DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
