import { unescapeText } from './escapes.ts';

/**
 * What echo prints. XCU echo leaves options and backslashes open: dash knows `-n` and always
 * reads escapes; GNU's and bash's read them after `-e`. `\c` ends the output, newline and all.
 */
export function echoText(args: readonly string[], style: 'dash' | 'gnu'): string {
  let newline = true;
  let escapes = style === 'dash';
  let i = 0;
  if (style === 'dash') {
    if (args[0] === '-n') {
      newline = false;
      i = 1;
    }
  } else {
    for (; i < args.length && /^-[neE]+$/.test(args[i] ?? ''); i++) {
      for (const letter of (args[i] ?? '').slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    }
  }
  const text = args.slice(i).join(' ');
  if (!escapes) return newline ? `${text}\n` : text;
  const result = unescapeText(text, 'echo');
  return newline && !result.stopped ? `${result.text}\n` : result.text;
}
