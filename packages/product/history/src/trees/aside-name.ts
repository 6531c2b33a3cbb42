import { entryNameProblem, linkNameProblem } from '@slipway/git';

/** The entry of an aside tree that says what its folder's names have beyond git; no escaped name begins so. */
export const META_NAME = '%meta';

/** Whether git refuses a name, so that whatever has it stands aside. */
export function isRefusedByGit(name: string, kind: 'file' | 'link' | 'dir'): boolean {
  return entryNameProblem(name) !== undefined || (kind === 'link' && linkNameProblem(name) !== undefined);
}

/**
 * A name as it stands in the aside tree, which is a git tree too: `.git` is `%2egit`.
 * A name that git would refuse is escaped but for small letters and digits, of which
 * no refused one can be made; of others only `%` is, so that the way back is one.
 */
export function escapeName(name: string): string {
  if (isRefusedByGit(name, 'link'))
    return [...name].map((sign) => (/[a-z0-9]/.test(sign) ? sign : percent(sign))).join('');
  return name.replaceAll('%', '%25');
}

/** A sign by the UTF-16 units it has: nothing but hexadecimal digits, of which git refuses none. */
const percent = (sign: string): string =>
  sign
    .split('')
    .map((unit) => {
      const code = unit.charCodeAt(0);
      return code < 0x100 ? `%${code.toString(16).padStart(2, '0')}` : `%u${code.toString(16).padStart(4, '0')}`;
    })
    .join('');

/** The name that {@link escapeName} made this of. */
export function unescapeName(escaped: string): string {
  return escaped.replace(/%(?:u([0-9a-f]{4})|([0-9a-f]{2}))/g, (_, wide: string | undefined, narrow: string) =>
    String.fromCharCode(Number.parseInt(wide ?? narrow, 16)),
  );
}
