export { ComlinkSession } from './host/comlink-endpoint.ts';
export type { KernelBoot } from './host/container-host.ts';
export type { KernelToPage, PageToKernel } from './host/kernel-worker.contract.ts';
export { createFailedRoot } from './host/root-object.ts';
// The page tells the writer when it goes.
export { deleteKept } from './keep/keep-hold.ts';
export { closeKept } from '@slipway/vfs';
