/**
 * The syntax of `.env` files as Node reads it. Reference: Dotenv::ParseContent,
 * src/node_dotenv.cc. For `process.loadEnvFile`, `--env-file` and `util.parseEnv`.
 */
export function parseDotenv(content: string): Record<string, string> {
  const result: Record<string, string> = {};
  // One pass from the front, cutting off what is read. Line ends first, so that one kind is left to look for.
  let rest = content.replace(/\r\n?/g, '\n').trim();
  while (rest !== '') {
    const newline = rest.indexOf('\n');
    const equals = rest.indexOf('=');
    // Comments and lines without a "=".
    if (rest[0] === '\n' || rest[0] === '#' || equals === -1 || (newline !== -1 && newline < equals)) {
      if (newline === -1) break;
      rest = rest.slice(newline + 1).trimStart();
      continue;
    }
    // `export ` is for shells that source the same file.
    const name = rest
      .slice(0, equals)
      .trim()
      .replace(/^export\s+/, '');
    // `=value`: a line without a name is no variable and no error.
    if (name === '') {
      rest = newline === -1 ? '' : rest.slice(newline + 1).trimStart();
      continue;
    }
    // Blanks before the value go, line feeds do not: an empty value ends its line here.
    rest = rest.slice(equals + 1).replace(/^[^\S\n]+/, '');
    if (rest === '' || rest[0] === '\n') {
      result[name] = '';
      rest = rest.trimStart();
      continue;
    }
    const quote = rest[0]!;
    // A quoted value may run over several lines, up to the next quote of its kind; nothing escapes that quote.
    const closing = '"\'`'.includes(quote) ? rest.indexOf(quote, 1) : -1;
    if (closing !== -1) {
      const text = rest.slice(1, closing);
      // Only double quotes read "\n".
      result[name] = quote === '"' ? text.replaceAll('\\n', '\n') : text;
      // What follows the closing quote on its line, a comment usually, is dropped.
      const end = rest.indexOf('\n', closing + 1);
      rest = end === -1 ? '' : rest.slice(end + 1).trimStart();
      continue;
    }
    const end = rest.indexOf('\n');
    const line = end === -1 ? rest : rest.slice(0, end);
    const comment = line.indexOf('#');
    // An opening quote that is never closed belongs to the value.
    result[name] = (comment === -1 ? line : line.slice(0, comment)).trim();
    rest = end === -1 ? '' : rest.slice(end + 1).trimStart();
  }
  return result;
}
