/** The name of the second of two files that could not be merged: `a/z.bin` of device B is `a/z.device-B.bin`. */
export function sideName(path: string, device: string, attempt: number): string {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  // A dot at the beginning begins no extension.
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  const label = attempt === 1 ? `device-${device}` : `device-${device}-${String(attempt)}`;
  return `${path.slice(0, slash)}${name.slice(0, end)}.${label}${name.slice(end)}`;
}
