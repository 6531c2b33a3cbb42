export { ComlinkSession } from './host/comlink-endpoint.ts';
export type { KernelBoot } from './host/container-host.ts';
export type { KernelToPage, PageToKernel } from './host/kernel-worker.contract.ts';
export { createFailedRoot } from './host/root-object.ts';
