/**
 * A file of git-config(1) as a list of lines that keep their text: what is changed is one line, and the rest stays as a
 * person has written it. Names are `section.key` or `section.sub.section.key`; section and key in lower case.
 */
export class ConfigFile {
  readonly #lines: string[];

  constructor(text: string) {
    this.#lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  }

  /** All values by name; of several the last counts. */
  values(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const { name, value } of this.#entries()) found[name] = value;
    return found;
  }

  get(name: string): string | undefined {
    return this.values()[canonical(name)];
  }

  set(name: string, value: string): void {
    const wanted = canonical(name);
    const line = `\t${wanted.slice(wanted.lastIndexOf('.') + 1)} = ${quote(value)}`;
    const entry = this.#entries().findLast((each) => each.name === wanted);
    if (entry !== undefined) {
      this.#lines[entry.line] = line;
      return;
    }
    const section = wanted.slice(0, wanted.lastIndexOf('.'));
    const end = this.#endOf(section);
    if (end === undefined) this.#lines.push(headerOf(section), line);
    else this.#lines.splice(end, 0, line);
  }

  /** False where there was none. */
  unset(name: string): boolean {
    const wanted = canonical(name);
    const entry = this.#entries().findLast((each) => each.name === wanted);
    if (entry === undefined) return false;
    this.#lines.splice(entry.line, 1);
    return true;
  }

  text(): string {
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }

  #entries(): readonly { readonly name: string; readonly value: string; readonly line: number }[] {
    const entries: { name: string; value: string; line: number }[] = [];
    let section = '';
    for (const [line, text] of this.#lines.entries()) {
      const header = sectionOf(text);
      if (header !== undefined) section = header;
      const match = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(text);
      if (match === null || section === '') continue;
      const [, key = '', value] = match;
      entries.push({
        name: `${section}.${key.toLowerCase()}`,
        // A key without `=` is true.
        value: value === undefined ? 'true' : unquote(value),
        line,
      });
    }
    return entries;
  }

  /** The line behind the last one of a section. */
  #endOf(section: string): number | undefined {
    let end: number | undefined;
    let current = '';
    for (const [line, text] of this.#lines.entries()) {
      current = sectionOf(text) ?? current;
      if (current === section) end = line + 1;
    }
    return end;
  }
}

/** `[core]`, `[remote "origin"]`; undefined for any other line. */
function sectionOf(line: string): string | undefined {
  const match = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
  if (match === null) return undefined;
  const [, section = '', sub] = match;
  return sub === undefined ? section.toLowerCase() : `${section.toLowerCase()}.${sub.replace(/\\(.)/g, '$1')}`;
}

function headerOf(section: string): string {
  const dot = section.indexOf('.');
  if (dot < 0) return `[${section}]`;
  return `[${section.slice(0, dot)} "${section.slice(dot + 1).replace(/["\\]/g, '\\$&')}"]`;
}

/** Section and key are in lower case, what stands between is not. */
function canonical(name: string): string {
  const [first, last] = [name.indexOf('.'), name.lastIndexOf('.')];
  return name.slice(0, first).toLowerCase() + name.slice(first, last) + name.slice(last).toLowerCase();
}

/** In quotes only where the plain value would be read back as another one. */
const quote = (value: string): string =>
  /^\s|\s$|[#;"\\\n\t]/.test(value)
    ? `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
    : value;

/** Quotes, escapes, and a comment behind the value. */
function unquote(text: string): string {
  let value = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '\\') value += { n: '\n', t: '\t', b: '\b' }[text.charAt(++at)] ?? text.charAt(at);
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && (letter === '#' || letter === ';')) break;
    else value += letter;
  }
  return value.trim();
}
