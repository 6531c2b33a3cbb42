/** Reads what `contracts/runtime-config` writes: the values in an origin, by the pattern it was made from. */
export function matchOrigin(pattern: string, origin: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const source = pattern
    .split(/\{(\w+)\}/)
    .map((part, at) => {
      if (at % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      names.push(part);
      return '([a-z0-9-]+?)';
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(origin);
  if (match === null) return undefined;
  return Object.fromEntries(names.map((name, at) => [name, match[at + 1] ?? '']));
}

/** A placeholder without a value becomes nothing. */
export function fillOrigin(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/** Undefined where the port is none from 1 to 65535, or the origin is of another pattern. */
export function matchPreview(
  pattern: string,
  origin: string,
): { readonly port: number; readonly id: string } | undefined {
  const { port, id } = matchOrigin(pattern, origin) ?? {};
  if (port === undefined || id === undefined || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) return undefined;
  return { port: Number(port), id };
}
