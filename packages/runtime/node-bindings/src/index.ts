/**
 * Node in one worker. The way in is `prepareNode`; everything else exported here
 * is what its arguments and the room's own ground are typed with.
 *
 *   const prepared = prepareNode(assets, io, { kind: 'process' });
 *   prepared.start(sys);
 */
export {
  prepareNode,
  type NodeAssets,
  type NodeIo,
  type PreparedNode,
  type PrepareOptions,
} from './boot/prepare-node.ts';
export type { BindingTable } from './realm/binding-table.ts';
export type { CommandLine } from './realm/command-line.ts';
export type { HostGlobals } from './realm/host-globals.ts';
export type { ContinuationFrame, InstallLanguageHooks, SourcePosition, StackHooks } from './realm/language-hooks.ts';
export type { Hold, Loop } from './realm/loop.ts';
export type { BindingFactory, Foreign, Realm } from './realm/realm.ts';
