// Dates and Intl as a program sees them; printed by native Node and here in several zones and languages.
const out = [];
const p = (...a) =>
  out.push(a.map((x) => (x instanceof Date ? (isNaN(x) ? 'Invalid' : x.toISOString()) : String(x))).join(' '));
for (const ms of [0, 1e12, 1.7e12, NaN, 1711843199999, 1711843200000, 1729994400000, 253402300800000]) {
  const d = new Date(ms);
  p(
    d,
    d.getHours(),
    d.getMinutes(),
    d.getDay(),
    d.getDate(),
    d.getMonth(),
    d.getFullYear(),
    d.getTimezoneOffset(),
    d.toString(),
    d.toDateString(),
    d.toTimeString(),
    d.toLocaleString(),
    d.toLocaleDateString(undefined, { dateStyle: 'full' }),
    d.getYear(),
  );
}
for (const s of [
  '2024-01-15',
  '2024-01-15T10:00',
  '2024-07-15T10:00:00.5',
  '2024-07-15T10:00Z',
  '2024-07-15T10:00+02:00',
  'Jan 5 2024',
  'Jan 5 2024 10:00',
  'Jan 5 2024 10:00 GMT',
  'Jan 5 2024 10:00 +0200',
  'Tue Mar 01 2022 10:00:00 GMT+0100 (CET)',
  '2024/3/31 2:30',
  '3/31/2024, 2:30:00 AM',
  'x',
  '2024-10-27T02:30',
  '2024-03-31T02:30',
  '2024-03-10T02:30',
  '2024-11-03T01:30',
  '5 January 2024 EST',
  '2024',
  '2024-1-5',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '12:00',
  '2024-01-15 10:00',
  '+002024-01-15T10:00',
  'January 2024',
  '2024-01-15T24:00',
  'Sat Jul 13 2024 10:00:00',
])
  p(s, new Date(s), Date.parse(s));
p(
  new Date(2024, 0),
  new Date(24, 5, 1, 10, 11, 12, 13),
  new Date(2024, 2, 31, 2, 30),
  new Date(2024, 9, 27, 2, 30),
  new Date(2024, 12, 35),
  new Date(NaN, 1),
  new Date(-1, 0),
);
const d = new Date(1711843200000);
d.setHours(5);
p(d);
d.setMonth(0, 31);
p(d);
d.setDate(0);
p(d);
d.setFullYear(2000, 1, 29);
p(d);
d.setMinutes(90, 1, 2);
p(d);
d.setSeconds(5);
p(d);
d.setMilliseconds(7);
p(d);
d.setYear(99);
p(d);
p(d.setHours(NaN), d.setFullYear(2020), d);
p(
  new Date(new Date(5)),
  new Date({
    valueOf() {
      return 7;
    },
  }),
  new Date({
    toString() {
      return '2024-01-01T00:00';
    },
    valueOf: null,
  }),
  new Date('5'),
  new Date(null),
  new Date(undefined),
  new Date(true),
  new Date(5n.toString() * 1),
  typeof Date(),
  Date.length,
  Date.name,
  Date.UTC.length,
  new Date() instanceof Date,
  Date.prototype.constructor === Date,
  Object.keys(Date.prototype),
  Date.prototype.getHours.length,
  Date.prototype.setHours.length,
  Date.prototype.setHours.name,
  'prototype' in Date.prototype.getHours,
);
class D2 extends Date {
  x() {
    return 1;
  }
}
const q = new D2(2024, 0, 1);
p(q, q.x(), q instanceof D2, q instanceof Date, structuredClone(q) instanceof Date, structuredClone(q).getHours());
try {
  Date.prototype.getHours.call({});
} catch (e) {
  p(e.name, e.message);
}
try {
  new Date(Symbol());
} catch (e) {
  p(e.name, e.message);
}
p(
  JSON.stringify(new Date(0)),
  new Date(0) + 1,
  new Date(0) - 1,
  `${new Date(0)}`,
  Object.prototype.toString.call(new Date(0)),
);
const f = new Intl.DateTimeFormat();
p(
  f.resolvedOptions().locale,
  f.resolvedOptions().timeZone,
  f.format(0),
  Intl.DateTimeFormat('fr', { timeStyle: 'long' }).format(0),
  new Intl.DateTimeFormat(undefined, { timeZone: 'Asia/Kolkata', timeStyle: 'full' }).format(0),
  f instanceof Intl.DateTimeFormat,
  Intl.DateTimeFormat.name,
  Intl.DateTimeFormat.length,
  Intl.DateTimeFormat.supportedLocalesOf('de'),
);
p(
  (1234.5).toLocaleString(),
  12345n.toLocaleString(),
  new Intl.NumberFormat().resolvedOptions().locale,
  new Intl.NumberFormat([]).resolvedOptions().locale,
  (0.5).toLocaleString(undefined, { style: 'percent' }),
  new Intl.ListFormat().format(['a', 'b']),
  new Intl.RelativeTimeFormat().format(-1, 'day'),
  new Intl.DisplayNames(undefined, { type: 'region' }).of('DE'),
  'i'.toLocaleUpperCase(),
  'a'.localeCompare('b'),
  [1.5, new Date(0)].toLocaleString(),
  new Intl.Segmenter().resolvedOptions().locale,
);
try {
  Intl.PluralRules();
} catch (e) {
  p(e.name, e.message);
}
try {
  new Date(0).toLocaleString('en', null);
} catch (e) {
  p(e.name, e.message);
}
try {
  new Date(0).toLocaleString('en', { timeZone: 'Nope' });
} catch (e) {
  p(e.name, e.message);
}
console.log(out.join('\n'));
console.log(String(Date), String(Intl.DateTimeFormat), String(Date.prototype.getHours));
process.env.TZ = 'Asia/Kolkata';
console.log(new Date(0).getHours(), Intl.DateTimeFormat().resolvedOptions().timeZone);
process.env.TZ = 'UTC';
console.log(new Date(0).getHours(), new Date(0) + '');
