import { type AnyFunction, classLike, methodLike, replaceMethod } from './stand-in.ts';
import { parseLocal } from './parse-local.ts';
import type { ZoneOffsets } from './zone-offsets.ts';

/** Asked for with each call, since TZ may change while the process runs. */
export interface LocalTime {
  readonly offsets: ZoneOffsets;
  readonly locale: string;
}

const FIELDS = ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'] as const;
const SETTERS = ['Date', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'] as const;
const MINUTE_MS = 60_000;
/** ECMA-262, 21.4.1.1. */
const MAX_MS = 8.64e15;

/** A day in January and one in July, of one year. */
const SEASONS = [1_705_276_800_000, 1_721_001_600_000] as const;

/** The engine's own, taken before a program can change `Date`. */
interface NativeDate {
  readonly Class: DateConstructor;
  readonly getTime: (self: unknown) => number;
  readonly setTime: (self: unknown, ms: number) => number;
  readonly utc: (name: string, self: Date, args: readonly unknown[]) => number;
}

/**
 * `Date` in the zone of the process, for an engine that knows the browser's alone (ECMA-262, 21.4). Dates themselves
 * stay the engine's: what changes is how their local fields are read, set, parsed and written. Gives the functions
 * that stand in for the engine's.
 */
export function installLocalDate(scope: typeof globalThis, time: () => LocalTime): readonly unknown[] {
  const { Date: Class } = scope;
  const { prototype } = Class;
  const { getTime, setTime } = prototype;
  // Taken now: a program may change the prototype.
  const own = new Map(
    Object.getOwnPropertyNames(prototype)
      .filter((name) => /^[gs]etUTC/.test(name))
      .map((name) => [name, (prototype as unknown as Record<string, AnyFunction>)[name] as AnyFunction]),
  );
  const native: NativeDate = {
    Class,
    getTime: (self) => Reflect.apply(getTime, self, []),
    setTime: (self, ms) => Reflect.apply(setTime, self, [ms]),
    utc: (name, self, args) => Reflect.apply(own.get(name) as AnyFunction, self, args) as number,
  };
  const made: unknown[] = [];
  /** A date whose fields in UTC are the local ones. */
  const shadow = (self: unknown): Date => {
    const ms = native.getTime(self);
    // The first and the last day of all may lie outside by some hours.
    return new Class(Math.max(-MAX_MS, Math.min(MAX_MS, ms + time().offsets.offsetAt(ms))));
  };
  const holder = prototype as unknown as Record<string, AnyFunction>;
  for (const name of FIELDS)
    made.push(replaceMethod(holder, `get${name}`, () => (self) => native.utc(`getUTC${name}`, shadow(self), [])));
  for (const name of SETTERS)
    made.push(
      replaceMethod(holder, `set${name}`, () => (self, args) => {
        const local = shadow(self);
        return native.setTime(self, time().offsets.utcOf(native.utc(`setUTC${name}`, local, args)));
      }),
    );
  made.push(
    replaceMethod(holder, 'getYear', () => (self) => native.utc('getUTCFullYear', shadow(self), []) - 1900),
    replaceMethod(holder, 'setYear', () => (self, [year]) => {
      // ECMA-262, B.2.3.2: two digits are of the twentieth century.
      const number = Math.trunc(Number(year));
      const full = number >= 0 && number <= 99 ? number + 1900 : Number(year);
      const local = shadow(self);
      return native.setTime(self, time().offsets.utcOf(native.utc('setUTCFullYear', local, [full])));
    }),
    replaceMethod(holder, 'getTimezoneOffset', () => (self) => {
      const offset = time().offsets.offsetAt(native.getTime(self));
      // No minus before a zero.
      return Number.isNaN(offset) ? Number.NaN : -Math.trunc(offset / MINUTE_MS) || 0;
    }),
    ...installTexts(holder, native, shadow, time),
  );
  const Local = classLike(Class, (args, newTarget) => {
    if (newTarget === undefined) return String(new Class());
    return Reflect.construct(Class, args.length === 0 ? [] : [momentOf(args, native, time)], newTarget);
  });
  Object.defineProperty(Local, 'parse', {
    value: methodLike(Class.parse as AnyFunction, (_self, [text]) =>
      parseLocal(String(text), Class.parse, time().offsets),
    ),
    writable: true,
    configurable: true,
  });
  Object.defineProperty(scope, 'Date', { value: Local, writable: true, configurable: true });
  return [...made, Local, Local.parse];
}

/** ECMA-262, 21.4.2.1, from step 4 on. */
function momentOf(args: readonly unknown[], native: NativeDate, time: () => LocalTime): unknown {
  const { Class } = native;
  if (args.length > 1) return time().offsets.utcOf(Reflect.apply(Class.UTC, Class, args as number[]));
  const [value] = args;
  if (value instanceof Class && isDate(value, native)) return native.getTime(value);
  const primitive = toPrimitive(value);
  return typeof primitive === 'string' ? parseLocal(primitive, Class.parse, time().offsets) : primitive;
}

/** A prototype alone makes no date. */
function isDate(value: object, native: NativeDate): boolean {
  try {
    native.getTime(value);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** ToPrimitive without a preferred type (ECMA-262, 7.1.1). */
function toPrimitive(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  const object = value as { [Symbol.toPrimitive]?: (hint: string) => unknown; valueOf(): unknown; toString(): unknown };
  const exotic = object[Symbol.toPrimitive];
  if (exotic !== undefined && exotic !== null) return Reflect.apply(exotic, object, ['default']);
  for (const name of ['valueOf', 'toString'] as const) {
    if (typeof object[name] !== 'function') continue;
    const result: unknown = object[name]();
    if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return result;
  }
  throw new TypeError('Cannot convert object to primitive value');
}

/** ECMA-262, 21.4.4.41: `Thu Jan 01 1970 09:00:00 GMT+0900 (Japan Standard Time)`. */
function installTexts(
  holder: Record<string, AnyFunction>,
  native: NativeDate,
  shadow: (self: unknown) => Date,
  time: () => LocalTime,
): unknown[] {
  const { toUTCString } = native.Class.prototype;
  const names = new Map<string, Intl.DateTimeFormat>();
  const { DateTimeFormat } = Intl;
  const dateText = (local: Date): string => {
    // `Thu, 01 Jan 1970 09:00:00 GMT`, a year before 0 with its sign.
    const [, weekday, day, month, year] =
      /^(\w+), (\d+) (\w+) (-?\d+)/.exec(Reflect.apply(toUTCString, local, [])) ?? [];
    return `${weekday} ${month} ${day} ${year}`;
  };
  const nameAt = (ms: number): string => {
    const { offsets, locale } = time();
    const key = `${offsets.zone} ${locale}`;
    let format = names.get(key);
    if (format === undefined) {
      format = new DateTimeFormat(locale, { timeZone: offsets.zone, timeZoneName: 'long' });
      names.set(key, format);
    }
    const shown = (at: number): string =>
      format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const name = shown(ms);
    if (!/^(?:GMT|UTC)[+\u2212-]/.test(name)) return name;
    // Of times before a zone had its name V8 says the one it has now, of summer or of winter.
    const [winter = 0, summer = 0] = [...SEASONS].sort((a, b) => offsets.offsetAt(a) - offsets.offsetAt(b));
    return shown(offsets.offsetAt(ms) > offsets.offsetAt(winter) ? summer : winter);
  };
  const timeText = (local: Date, ms: number): string => {
    const { offsets } = time();
    const offset = Math.trunc(offsets.offsetAt(ms) / MINUTE_MS);
    const [size, two] = [Math.abs(offset), (value: number) => String(value).padStart(2, '0')];
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}${two(size % 60)}`;
    const [, clock] = / (\d\d:\d\d:\d\d) /.exec(Reflect.apply(toUTCString, local, [])) ?? [];
    return `${clock} GMT${zone} (${nameAt(ms)})`;
  };
  const text = (write: (local: Date, ms: number) => string) => () => (self: unknown) => {
    const ms = native.getTime(self);
    return Number.isNaN(ms) ? 'Invalid Date' : write(shadow(self), ms);
  };
  return [
    replaceMethod(
      holder,
      'toString',
      text((local, ms) => `${dateText(local)} ${timeText(local, ms)}`),
    ),
    replaceMethod(holder, 'toDateString', text(dateText)),
    replaceMethod(holder, 'toTimeString', text(timeText)),
  ];
}
