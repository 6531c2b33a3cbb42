import { createEgressRules, type EgressOptions } from './egress-rules.ts';
import { guardedFetch, type GuardedInit } from './guarded-fetch.ts';
import { type GuardedSocketTarget, openGuardedSocket } from './open-guarded-socket.ts';
import type { Socket } from 'node:net';

/** The one way out of the server to addresses that somebody named (SV-24). */
export interface EgressGuard {
  /** Rejects with an `EgressError`, or with the reason of the caller's own signal. */
  fetch(address: string | URL, init?: GuardedInit): Promise<Response>;
  /** As `fetch`; the caller owns the socket. */
  openSocket(target: GuardedSocketTarget): Promise<Socket>;
}

/** A guard with the operator's settings; throws where one has no meaning. */
export function createEgressGuard(options: EgressOptions): EgressGuard {
  const rules = createEgressRules(options);
  return {
    fetch: (address, init) => guardedFetch(rules, address, init),
    openSocket: (target) => openGuardedSocket(rules, target),
  };
}
