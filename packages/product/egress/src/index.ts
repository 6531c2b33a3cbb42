/** The guard before every address the server calls on somebody’s behalf. */
export { type AddressRange, isPublicAddress, parseAddress, parseRange } from './address-rules.ts';
export { EgressError, type EgressProblem } from './egress-error.ts';
export { createEgressGuard, type EgressGuard } from './egress-guard.ts';
export type { EgressOptions, Resolve } from './egress-rules.ts';
export type { GuardedInit } from './guarded-fetch.ts';
export type { GuardedSocketTarget } from './open-guarded-socket.ts';
export { type HostPolicy, parseHostPolicy } from './host-policy.ts';
