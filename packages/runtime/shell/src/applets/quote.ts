/**
 * A file's name in a message, as GNU's quotearg(3) with the style shell-escape: left alone where a shell would
 * read it as one word, in quotes otherwise. The empty name is `''`.
 */
export function quoteName(name: string): string {
  if (name !== '' && !/[\s!"$&'()*;<=>?[\\\]^`|:\x00-\x1f\x7f]|^[#~]|^[{}]$/.test(name)) return name;
  return name.includes("'") && !/["$\\`]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;
}

const C_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A name as a string of C, quotearg(3)'s style `c`: what `ls -Q` prints. */
export const quoteAsC = (name: string): string =>
  `"${name.replace(
    /["\\\x00-\x1f\x7f]/g,
    (c) => C_ESCAPES[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )}"`;
