import * as z from 'zod';
import { id } from './ids.ts';
import { runRecord } from './runs.ts';

/**
 * Who has a project's container (RN-17): a tab or a sandbox, one at a time. The epoch grows with
 * every claim; who names an older one is fenced out. The lease lapses by the database's clock.
 */
export const holderKinds = ['tab', 'sandbox'] as const;

/** Stored with the lease, and shown to whoever finds the project open. */
export type HolderKind = (typeof holderKinds)[number];

/**
 * A status is true within 5 s of a holder's end (RN-16): the lease is shorter than that, and takes
 * three lost heartbeats.
 */
export const holderTimes = { leaseMs: 4000, heartbeatMs: 1000 } as const;

const epoch = z.int().positive();

/** What a holder writes names both, or nothing is written. */
export const holderFence = z.strictObject({ holderId: id, epoch });
/** Whoever shows an older epoch is told HOLDER_LOST. */
export type HolderFence = z.infer<typeof holderFence>;

/** The living holder of a project, as others see it. */
export const projectHolder = z.strictObject({ holderId: id, kind: z.enum(holderKinds), epoch });
/** A holder whose lease lapsed is not told at all: where others look, there is none. */
export type ProjectHolder = z.infer<typeof projectHolder>;

/** POST holder, POST holder/takeover. */
export const claimHolderBody = z.strictObject({ holderId: id, kind: z.enum(holderKinds) });
/** `holderId` is the tab's own, the same after a reload; a claim that is repeated has a new epoch all the same. */
export type ClaimHolderBody = z.infer<typeof claimHolderBody>;

/** `run` is what the last holder's run was: nothing of it is alive any more. */
export const claimHolderResponse = z.strictObject({ holder: projectHolder, run: runRecord.nullable() });
/** The epoch in it goes with every later write of this holder. */
export type ClaimHolderResponse = z.infer<typeof claimHolderResponse>;

/** `details` of HELD_ELSEWHERE. */
export const heldElsewhereDetails = z.strictObject({ holder: projectHolder });

/** GET holder: null where the project is open nowhere, or its holder's lease lapsed. */
export const holderResponse = z.strictObject({ holder: projectHolder.nullable() });
/** A look and no claim: it may be over when the answer arrives. */
export type HolderResponse = z.infer<typeof holderResponse>;

/** POST holder/heartbeat. `runHeld`: the user's one run is this project's (RN-02). */
export const heartbeatResponse = z.strictObject({ success: z.literal(true), runHeld: z.boolean() });
/** A claim that lapsed is renewed as long as nobody else has claimed; after that it is HOLDER_LOST. */
export type HeartbeatResponse = z.infer<typeof heartbeatResponse>;

/** POST run-lease. `onlyIfFree`: nobody else's run is stopped for it; an opened project asks so (RN-17). */
export const takeRunLeaseBody = holderFence.extend({ onlyIfFree: z.boolean() });
/** Where drivers of MongoDB look, in a container too (RN-14). */
export const RUN_MONGO_PORT = 27_017;
/** The operator's MongoDB, as a run finds it in its container, and whether it answers. */
export const runMongo = z.strictObject({ url: z.string(), answers: z.boolean() });
/** `mongo`: null where the operator has none. */
export const takeRunLeaseResponse = z.strictObject({ success: z.literal(true), mongo: runMongo.nullable() });
/** `details` of RUN_ELSEWHERE. */
export const runElsewhereDetails = z.strictObject({ projectId: id });

/** PUT run: the mirror of the record (RN-13). */
export const mirrorRunBody = holderFence.extend({ run: runRecord.nullable() });

/** `run` null: there is no run any more. Written over what was there, whole. */
export type MirrorRunBody = z.infer<typeof mirrorRunBody>;
/** `answers` false: the operator has one, and it could not be reached just now. */
export type RunMongo = z.infer<typeof runMongo>;
/** Success means that the user's one run is this project's from now on (RN-02). */
export type TakeRunLeaseResponse = z.infer<typeof takeRunLeaseResponse>;
/** Without `onlyIfFree`, another project's run loses the lease and stops at its next heartbeat. */
export type TakeRunLeaseBody = z.infer<typeof takeRunLeaseBody>;
