import { DAYS, formatOffset, LONG_DAYS, LONG_MONTHS, MONTHS, pad2, timeParts, type TimeParts } from './time.ts';

/**
 * strftime(3) with the flags of GNU: `-` no padding, `_` blanks, `0` zeros, `^`
 * upper case. `ms` since 1970, `zone` as in TZ. What is no conversion stays.
 */
export function formatDate(format: string, ms: number, zone: string | undefined): string {
  const time = timeParts(ms, zone);
  return format.replace(
    /%([-_0^#]?)(:{0,2})(\d*)([a-zA-Z%+])/g,
    (whole, flag: string, colons: string, width: string, letter: string) => {
      const value = field(letter, colons, time, ms, zone, width);
      if (value === undefined) return whole;
      // Down to one character: `%-d` of 00 is 0.
      if (flag === '-') return value.replace(/^[0 ]+(?=.)/, '');
      if (flag === '_') return value.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flag === '^') return value.toUpperCase();
      if (flag === '0') return value.replace(/^ +/, (blanks) => '0'.repeat(blanks.length));
      return value;
    },
  );
}

/** GNU date(1), "FORMAT"; undefined for a letter that is none, which is printed as it stands. */
function field(
  letter: string,
  colons: string,
  time: TimeParts,
  ms: number,
  zone: string | undefined,
  width: string,
): string | undefined {
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  const again = (format: string): string => formatDate(format, ms, zone);
  switch (letter) {
    case '%':
      return '%';
    case 'a':
      return DAYS[time.weekday];
    case 'A':
      return LONG_DAYS[time.weekday];
    case 'b':
    case 'h':
      return MONTHS[time.month - 1];
    case 'B':
      return LONG_MONTHS[time.month - 1];
    case 'c':
      // The C locale's formats, in which all names are English.
      return again('%a %b %e %H:%M:%S %Y');
    case 'C':
      return pad2(Math.floor(time.year / 100));
    case 'd':
      return pad2(time.day);
    case 'D':
      return again('%m/%d/%y');
    case 'e':
      return String(time.day).padStart(2);
    case 'F':
      return again('%Y-%m-%d');
    case 'g':
      return pad2(isoWeek(time).year % 100);
    case 'G':
      return String(isoWeek(time).year);
    case 'H':
      return pad2(time.hour);
    case 'I':
      return pad2(hour12);
    case 'j':
      return String(dayOfYear(time)).padStart(3, '0');
    case 'k':
      return String(time.hour).padStart(2);
    case 'l':
      return String(hour12).padStart(2);
    case 'm':
      return pad2(time.month);
    case 'M':
      return pad2(time.minute);
    case 'n':
      return '\n';
    case 'N':
      // Nanoseconds, of which the clock knows the
      // milliseconds; a width cuts digits off, as `%3N` does.
      return String(Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1e6))
        .padStart(9, '0')
        .slice(0, width === '' ? 9 : Number(width));
    case 'p':
      return time.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return time.hour < 12 ? 'am' : 'pm';
    case 'q':
      return String(Math.ceil(time.month / 3));
    case 'r':
      return again('%I:%M:%S %p');
    case 'R':
      return again('%H:%M');
    case 's':
      return String(Math.floor(ms / 1000));
    case 'S':
      return pad2(time.second);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return again('%H:%M:%S');
    case 'u':
      return String(time.weekday === 0 ? 7 : time.weekday);
    // Weeks from the first Sunday (U) or Monday (W) on; the days before are week 0.
    case 'U':
      // Week 1 begins with the first Sunday.
      return pad2(Math.floor((dayOfYear(time) + 6 - time.weekday) / 7));
    case 'V':
      return pad2(isoWeek(time).week);
    case 'w':
      return String(time.weekday);
    case 'W':
      return pad2(Math.floor((dayOfYear(time) + 6 - ((time.weekday + 6) % 7)) / 7));
    case 'x':
      return again('%m/%d/%y');
    case 'y':
      return pad2(time.year % 100);
    case 'Y':
      return String(time.year);
    case 'z':
      return colons === '::' ? `${formatOffset(time.offset, true)}:00` : formatOffset(time.offset, colons !== '');
    case 'Z':
      return time.zone;
    default:
      return undefined;
  }
}

// By UTC, as a day of summer time has no 24 hours.
const dayOfYear = (time: TimeParts): number =>
  Math.round((Date.UTC(time.year, time.month - 1, time.day) - Date.UTC(time.year, 0, 1)) / 86_400_000) + 1;

/** ISO 8601: a week begins on Monday, and the days around New Year can belong to the other year. */
function isoWeek(time: TimeParts): { year: number; week: number } {
  const day = new Date(Date.UTC(time.year, time.month - 1, time.day));
  // The week belongs to the year its Thursday is in.
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = day.getUTCFullYear();
  return { year, week: Math.ceil(((day.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7) };
}
