// What the build writes, as types.
export type * from './builtin.ts';
export type * from './shapes.ts';

// Sets of builtins: where they lie and how they are read.
export { LateMemory } from './late-memory.ts';
export { lateSetOf, type LateSetName } from './late-set.ts';
export { LazySet, type ColumnShift, type ColumnShifts, type LazyIndex } from './lazy-set.ts';
export { CONTEXT_HELPER_NAMES, WRAPPER_PARAMETERS, wrapperKindOf, type WrapperKind } from './parameters.ts';

// Facts of the pinned Node.
export {
  parseNodeData,
  NULL_PROTOTYPE_MARK,
  type ConstantTree,
  type NodeData,
  type OptionInfo,
  type OptionTables,
  type OptionValue,
} from './node-data.ts';

// What stands for a private symbol of V8.
export { PrivateSlot } from './private-slot.ts';
