/** The pages that need no session, by their path. */
export type LinkPageKind = 'invitation' | 'reset' | 'sign-up';

/** The page of this address that needs no session, if it is one. */
export function linkPageOf(path: string): LinkPageKind | undefined {
  return (['invitation', 'reset', 'sign-up'] as const).find((kind) => path === `/${kind}` || path === `/${kind}/`);
}
