/** Wall-clock parts in the zone of TZ, or the machine's. Names below are the C locale's. */
export interface TimeParts {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 = Sunday */
  readonly weekday: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly zone: string;
}

/** As `%b`; 0 is January. */
export const MONTHS: readonly string[] = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
];
/** As `%B`. */
export const LONG_MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** As `%a`; 0 is Sunday. */
export const DAYS: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** As `%A`. */
export const LONG_DAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

/**
 * The parts of a time, in ms since 1970. `zone` is TZ:
 * absent is the machine's, empty or unknown is UTC.
 */
export function timeParts(ms: number, zone: string | undefined): TimeParts {
  const floored = Math.floor(ms / 1000) * 1000;
  // Shifted, so that the UTC getters give the wall clock.
  const offset = offsetMinutes(floored, zone);
  const shifted = new Date(floored + offset * 60_000);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    offset,
    zone: zoneName(floored, zone, offset),
  };
}

const isUtc = (zone: string | undefined): boolean => zone !== undefined && /^(|UTC0?|GMT0?|Etc\/UTC)$/.test(zone);

/** Minutes east of UTC at that moment, summer time included. A zone that nobody knows is UTC, as in glibc. */
function offsetMinutes(ms: number, zone: string | undefined): number {
  if (isUtc(zone)) return 0;
  // The engine knows zones only by formatting in one; the difference is the offset.
  const named = zone === undefined ? undefined : formatter(zone);
  if (named === undefined) return zone === undefined ? -new Date(ms).getTimezoneOffset() : 0;
  const parts = Object.fromEntries(named.formatToParts(ms).map((part) => [part.type, Number(part.value)]));
  const local = Date.UTC(
    parts['year'] ?? 1970,
    (parts['month'] ?? 1) - 1,
    parts['day'] ?? 1,
    // Some engines write midnight as 24.
    (parts['hour'] ?? 0) % 24,
    parts['minute'] ?? 0,
    parts['second'] ?? 0,
  );
  return Math.round((local - ms) / 60_000);
}

/** Undefined for a zone that the engine does not know. */
function formatter(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `%Z` of date(1), in the letters of English. */
function zoneName(ms: number, zone: string | undefined, offset: number): string {
  if (isUtc(zone)) return 'UTC';
  try {
    const options: Intl.DateTimeFormatOptions = {
      timeZoneName: 'short',
      ...(zone === undefined ? {} : { timeZone: zone }),
    };
    const name = new Intl.DateTimeFormat('en-US', options)
      .formatToParts(ms)
      .find((part) => part.type === 'timeZoneName')?.value;
    // Many zones have no letters, only `GMT+2`; date(1) writes the offset.
    if (name !== undefined && /^[A-Z]{2,5}$/.test(name)) return name;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return zone ?? 'UTC';
  }
  return formatOffset(offset, false);
}

/** `+0200`, or `+02:00`; minutes east of UTC. */
export function formatOffset(offset: number, colon: boolean): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad2(Math.floor(size / 60))}${colon ? ':' : ''}${pad2(size % 60)}`;
}

/** Two digits, as dates are written. */
export const pad2 = (value: number): string => String(value).padStart(2, '0');
