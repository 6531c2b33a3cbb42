/**
 * Between the `/headless` page and the kernel worker it created. The page only
 * opens doors: every port is handed to the worker and never touched again, as a
 * hidden iframe's own tasks are throttled and a worker's are not.
 */
import type { KernelBoot } from './container-host.ts';

/** Ports are transferred: after the message the page has no part in what they carry. */
export type PageToKernel =
  /** First, once. */
  | { readonly type: 'boot'; readonly boot: KernelBoot }
  | { readonly type: 'client'; readonly port: MessagePort }
  /** Port of the control extension (contracts/container-control). */
  | { readonly type: 'control'; readonly port: MessagePort }
  /** The broker sends previews' ports through this one (gateway/preview-protocol). */
  | { readonly type: 'broker'; readonly port: MessagePort }
  /** Whether the page holds the container's lock: its previews come here, or to another tab. */
  | { readonly type: 'previews'; readonly state: 'here' | 'elsewhere' };

/** What only a page can do: a worker has neither the lock's frame, nor `pagehide`, nor the embedder. */
export type KernelToPage =
  /** The script runs: ports may be handed over. */
  | { readonly type: 'listening' }
  /** What outlives the page is kept from here on: `closeKept` is to be called when it goes. */
  | { readonly type: 'keeping'; readonly memory: SharedArrayBuffer }
  /** The embedder wants the previews here, whoever has them. */
  | { readonly type: 'take-previews' }
  /** For the embedder's console, by the client's `{type:'warning'}`. */
  | { readonly type: 'warning'; readonly level: 'warn' | 'error'; readonly message: string };
