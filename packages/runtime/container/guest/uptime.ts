/** `uptime`: since when the machine is up that `os.uptime()` tells of. Nobody is logged in, and load is not known. */
import { loadavg, uptime } from 'node:os';
import { parseOptions, UsageError } from '@slipway/shell/options';
import { print, runProgram } from './program/run-program.ts';

const USAGE = `Usage: uptime [-p | -s]
How long the container's clock has been running.

  -p, --pretty   in words
  -s, --since    since when
`;

runProgram('uptime', USAGE, async (args) => {
  const options = parseOptions(args, { options: { pretty: '-p --pretty', since: '-s --since' } });
  const [extra] = options.operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  await print(`${text(options.last('pretty', 'since'))}\n`);
  return 0;
});

/** In the words of procps. Nobody logs in to a container, so there are no users. */
function text(form: 'pretty' | 'since' | undefined): string {
  const seconds = uptime();
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3_600) % 24;
  const days = Math.floor(seconds / 86_400);
  if (form === 'since') return `${day(new Date(Date.now() - seconds * 1_000))}`;
  if (form === 'pretty') {
    const parts = [named(days, 'day'), named(hours, 'hour'), named(minutes, 'minute')].filter((part) => part !== '');
    return `up ${parts.length === 0 ? '0 minutes' : parts.join(', ')}`;
  }
  const clock = hours === 0 ? `${minutes} min` : `${hours}:${pad(minutes)}`;
  const up = days === 0 ? clock : `${named(days, 'day')}, ${clock}`;
  const load = loadavg()
    .map((each) => each.toFixed(2))
    .join(', ');
  return ` ${time(new Date())} up ${up},  0 users,  load average: ${load}`;
}

const named = (count: number, unit: string): string => (count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`);
const pad = (value: number): string => String(value).padStart(2, '0');
const time = (date: Date): string => [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
const day = (date: Date): string =>
  `${[date.getFullYear(), date.getMonth() + 1, date.getDate()].map(pad).join('-')} ${time(date)}`;
