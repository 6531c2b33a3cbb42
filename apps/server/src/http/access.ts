import type { TokenScope, TokenVerb } from '@slipway/contracts';

/** By what a request was let in. */
export type Access =
  | { kind: 'session'; familyId: string }
  /** An access token (SV-14): the routes of `token-rules.ts` alone, each as far as its scopes reach. */
  | { kind: 'token'; tokenId: string; scopes: readonly TokenScope[] };

/** Whether the request may do this in the project; without one, in every project of its owner. */
export function mayDo(access: Access, verb: TokenVerb, projectId: string | null): boolean {
  return access.kind === 'session' || scopesAllow(access.scopes, verb, projectId);
}

/** Whether scopes hold the verb for the project; without one, for every project of their owner. */
export function scopesAllow(scopes: readonly TokenScope[], verb: TokenVerb, projectId: string | null): boolean {
  return scopes.some(
    (scope) =>
      scope.verb === verb && (scope.projectId === null || (projectId !== null && scope.projectId === projectId)),
  );
}
