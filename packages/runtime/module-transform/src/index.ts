export { type AssembledModule, assembleModule } from './assemble.ts';
export { EditList, type EncodedEdits, originalColumn } from './edit-list.ts';
export { helperNames, helperParameters } from './names.ts';
export type { Goal } from './scan-state.ts';
export {
  childrenOf,
  isParseError,
  type Node,
  type Parse,
  type ParseError,
  type ParseGoal,
  parseText,
  patternNames,
} from './syntax-tree.ts';
export {
  EVALUATION_PHASE,
  type ImportEntry,
  type ModuleBody,
  type ModuleRequest,
  type ModuleTables,
  NAMESPACE,
  SOURCE,
  SOURCE_PHASE,
} from './tables.ts';
export {
  type LoadParse,
  makeBody,
  mayNeedTransform,
  type ModulePlan,
  namesOf,
  type Plan,
  planLiveModule,
  planModule,
  planScript,
  type TransformedScript,
} from './transform.ts';
export { TreeEdits } from './tree-edits.ts';
export { moduleName } from './tree-transform.ts';
export { Bail } from './bail.ts';
export { skipBlanks } from './lookahead.ts';
