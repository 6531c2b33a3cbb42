import type { BootPhase } from '@slipway/wire';

/**
 * The container of one workspace.
 *
 *   booting ──mounted──▶ ready
 *      └────failed────▶ failed ◀──failed── ready (its tab part crashed)
 */
export type ContainerState =
  | { readonly name: 'booting'; readonly phase: BootPhase | 'files' }
  | { readonly name: 'ready' }
  | { readonly name: 'failed'; readonly message: string };
