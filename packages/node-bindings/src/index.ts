export { prepareNode, type NodeAssets, type NodeIo, type PreparedNode, type PrepareOptions } from './boot/prepare-node.ts';
export type { CommandLine } from './boot/command-line.ts';
export type { HostGlobals } from './boot/host-globals.ts';
export type { ContinuationFrame, InstallLanguageHooks, SourcePosition, StackHooks } from './boot/language-hooks.ts';
export type { Hold, Loop } from './loop/loop.ts';
export type { BindingFactory, Foreign, Realm } from './realm.ts';
export type { BindingTable } from './registry.ts';
