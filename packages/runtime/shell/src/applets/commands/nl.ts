import type { Applet } from '../applet.ts';
import { complaints, readTexts, splitLines } from '../input-files.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  bodyNumbering: '-b= --body-numbering=',
  numberWidth: '-w= --number-width=',
  numberSeparator: '-s= --number-separator=',
  startingLineNumber: '-v= --starting-line-number=',
} as const;

/** XCU nl without its pages: empty lines are not counted unless `-b a`. */
export const nl: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-n=' });
  const width = Number(options.value('numberWidth') ?? 6);
  let number = Number(options.value('startingLineNumber') ?? 1);
  const { complain, status } = complaints(context);
  for (const { decoded } of readTexts(context, options.operands, complain)) {
    for (const line of splitLines(decoded.text)) {
      const counted = options.value('bodyNumbering') === 'a' || line !== '';
      const prefix = counted
        ? `${String(number++).padStart(width)}${options.value('numberSeparator') ?? '\t'}`
        : ' '.repeat(width + 1);
      context.out.write(decoded.encode(`${prefix}${line}\n`));
    }
  }
  return status();
};
