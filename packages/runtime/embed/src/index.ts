/**
 * What a page needs that embeds a container: the control port beside the client,
 * and the headers without which no browser gives it shared memory. Node's part is
 * `@slipway/embed/node`.
 */
export { listenForControl, offeredControl, offeredPort, type OfferOptions } from './control/control-offer.ts';
export { ControlClient, type RunRequest } from './control/control-client.ts';
export type { OpenProcess } from './control/open-process.ts';
export type { RunWatch } from './control/plain-run.ts';
export type { RunEnd } from './control/run-sink.ts';
export { ControlError } from './control/control-error.ts';
export { controlLimits, type ControlLimits } from './control/control-limits.ts';
export { installWorker } from './install-worker.ts';
export { answerSignIn, type SignInAnswer } from './anonymous-sign-in.ts';
export { askedCoep, isolationHeaders, RUNTIME_SCRIPT_POLICY, type HostKind } from './isolation-headers.ts';
