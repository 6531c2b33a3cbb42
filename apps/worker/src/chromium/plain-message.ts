/**
 * What a page's own code said, without the words of the library by which it was called and without its stack: a build's
 * owner reads it (P-38).
 */
export function plainMessage(message: string): string {
  const [first = ''] = message.split('\n    at ');
  return first.replace(/^page\.\w+: (?:[A-Z]\w*: )?/, '');
}
