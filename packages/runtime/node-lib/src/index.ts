export type * from './builtin.ts';
export type * from './shapes.ts';
export { LateMemory } from './late-memory.ts';
export { lateSetOf, type LateSetName } from './late-set.ts';
export { LazySet, type ColumnShift, type ColumnShifts, type LazyIndex } from './lazy-set.ts';
export { parseNodeData, NULL_PROTOTYPE_MARK, type ConstantTree, type NodeData, type OptionInfo, type OptionTables, type OptionValue } from './node-data.ts';
export { CONTEXT_HELPER_NAMES, WRAPPER_PARAMETERS, wrapperKindOf, type WrapperKind } from './parameters.ts';
export { PrivateSlot } from './private-slot.ts';
