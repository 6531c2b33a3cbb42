import { quoteName } from '../quote.ts';
import { strerror } from '@slipway/posix';
import { statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseDate } from '../date-parse.ts';
import { parseOptions } from '../options.ts';
import { formatDate } from '../date-format.ts';

const OPTIONS = {
  utc: '-u --utc --universal',
  rfcEmail: '-R --rfc-email',
  date: '-d= --date=',
  reference: '-r= --reference=',
  iso8601: '-I[=] --iso-8601[=]',
  rfc3339: '--rfc-3339=',
} as const;

/**
 * XCU date, with `-d`, `-r`, `-I` and `-R` of
 * coreutils. The clock is the host's and cannot be set.
 */
export const date: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  const zone = options.has('utc') ? 'UTC' : context.env['TZ'];
  let ms = Date.now();
  const text = options.value('date');
  const reference = options.value('reference');
  if (reference !== undefined) {
    const stat = statPath(context.sys.fs, context.sys.absolute(reference));
    if (typeof stat === 'number') return context.fail(`${quoteName(reference)}: ${strerror(stat)}`);
    ms = stat.mtimeMs;
  } else if (text !== undefined) {
    const parsed = parseDate(text, ms, zone);
    if (parsed === undefined) return context.fail(`invalid date ‘${text}’`);
    ms = parsed;
  }
  const operand = options.operands[0];
  if (operand !== undefined && !operand.startsWith('+'))
    return context.fail(`cannot set date: Operation not permitted`);
  let format = operand?.slice(1);
  if (options.has('rfcEmail')) format = '%a, %d %b %Y %H:%M:%S %z';
  else if (options.has('iso8601')) format = ISO_FORMATS[options.value('iso8601') ?? 'date'] ?? '%Y-%m-%d';
  else if (options.has('rfc3339')) format = options.value('rfc3339') === 'date' ? '%Y-%m-%d' : '%Y-%m-%d %H:%M:%S%:z';
  context.out.line(formatDate(format ?? '%a %b %e %H:%M:%S %Z %Y', ms, zone));
  return 0;
};

// By what `-I` was given; the words are coreutils'.
const ISO_FORMATS: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};
