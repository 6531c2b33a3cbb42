/** The address of a path of the project, as LSP names files. `root` is the project's folder, absolute. */
export function uriOf(root: string, path: string): string {
  const segments = [...root.split('/'), ...path.split('/')].filter((segment) => segment !== '');
  return `file:///${segments.map(encodeURIComponent).join('/')}`;
}

/**
 * The path below the project's folder of an address; undefined where it is outside, or none of a file.
 * Servers encode other characters than we do: what is compared is the path, not the address.
 */
export function pathOf(root: string, uri: string): string | undefined {
  const path = absolutePathOf(uri);
  return path?.startsWith(`${root}/`) === true ? path.slice(root.length + 1) : undefined;
}

/** The absolute path of an address, without `.` and `..`; undefined where it is none of a file. */
export function absolutePathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:///') || !URL.canParse(uri)) return undefined;
  try {
    const path = decodeURIComponent(new URL(uri).pathname);
    // Decoded, a segment can lead upwards that the parser of addresses has not seen.
    return path.split('/').some((segment) => segment === '..' || segment === '.') ? undefined : path;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
