/**
 * Splits NODE_OPTIONS at spaces outside double quotes; a backslash escapes only within them. Errors end in a line
 * feed, as Node prints them. Reference: ParseNodeOptionsEnvVar, src/node_options.cc.
 */
export function splitNodeOptions(text: string): {
  readonly args: readonly string[];
  readonly errors: readonly string[];
} {
  const args: string[] = [];
  let inString = false;
  let startsArgument = true;
  for (let index = 0; index < text.length; index += 1) {
    let character = text[index]!;
    if (character === '\\' && inString) {
      if (index + 1 === text.length) return { args, errors: ['invalid value for NODE_OPTIONS (invalid escape)\n'] };
      index += 1;
      character = text[index]!;
    } else if (character === ' ' && !inString) {
      startsArgument = true;
      continue;
      // Quotes begin no argument by themselves: `""` alone is nothing.
    } else if (character === '"') {
      inString = !inString;
      continue;
    }
    if (startsArgument) args.push(character);
    else args[args.length - 1] += character;
    startsArgument = false;
  }
  return { args, errors: inString ? ['invalid value for NODE_OPTIONS (unterminated string)\n'] : [] };
}
