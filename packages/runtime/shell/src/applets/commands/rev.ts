import type { Applet } from '../applet.ts';
import { complaints, readTexts } from '../input-files.ts';
import { parseOptions } from '../options.ts';

/**
 * rev(1) of util-linux, by code points: an accent
 * that is a character of its own changes places too.
 */
export const rev: Applet = (context, args) => {
  const { operands } = parseOptions(args, { options: {} });
  const { complain, status } = complaints(context);
  for (const { decoded } of readTexts(context, operands, complain)) {
    for (const line of decoded.text.split(/(?<=\n)/))
      context.out.write(decoded.encode(line.replace(/[^\n]+/, (text) => [...text].reverse().join(''))));
  }
  return status();
};
