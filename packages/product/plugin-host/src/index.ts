export {
  type AnswerQuery,
  type CallContext,
  callPlugin,
  type CallResult,
  compileComponent,
  type EntityQuery,
  type EntityRow,
  type LogLine,
  type Operation,
  type PluginCall,
  tryInstantiate,
} from './call/call.ts';
export { parseRecording, type Recording, replayCall } from './call/replay.ts';
export { withManifest, wrapCoreModule } from './component/encode-component.ts';
export type { CompiledComponent } from './component/link.ts';
export { type Plan, prepareComponent, type PreparedComponent } from './component/prepare.ts';
export { type CallLimits, COMPONENT_LIMITS, PLUGIN_LIMITS } from './ground/limits.ts';
export { checkEntityData, type Condition, parseFilter } from './manifest/entity-data.ts';
export { describeChanges } from './manifest/describe-changes.ts';
export { EVENT_TYPE, matchesPattern } from './manifest/event-patterns.ts';
export { type Entity, type Field, type Manifest, MANIFEST_SECTION, parseManifest } from './manifest/manifest.ts';
export type { FailureKind } from './ground/plugin-failure.ts';
export { InstantiationError } from './ground/refusal.ts';
export { METER_VERSION } from './wasm/meter-globals.ts';
export type { GuestMethod } from './component/world.ts';
