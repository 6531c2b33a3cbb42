/**
 * Whether an event's type is among those that a pattern names (PL-04): segments are between
 * dots, `*` is any one of them, and at the end the rest, be it one or more.
 */
export function matchesPattern(pattern: string, type: string): boolean {
  const wanted = pattern.split('.');
  const found = type.split('.');
  const open = wanted.at(-1) === '*';
  if (open ? found.length < wanted.length : found.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment === '*' || segment === found[index]);
}

/** Up to eight parts with dots between, each of at most 40 small letters, digits and `-`. */
export const EVENT_TYPE = /^[a-z][a-z0-9-]{0,39}(\.[a-z][a-z0-9-]{0,39}){0,7}$/;
