/** The coding agent’s session, its tools and its prompts: no database, no model, no browser. */
export {
  knownMcpServer,
  knownProvider,
  operatorProviders,
  PROVIDER_LIMITS,
  providerKinds,
  providerListResponse,
  providerModel,
  providerName,
  setProviderBody,
  testProviderBody,
  testProviderResponse,
} from './api/provider-settings.ts';
export type {
  KnownMcpServer,
  KnownProvider,
  OperatorProviders,
  ProviderKind,
  ProviderListResponse,
  ProviderModel,
  SetProviderBody,
  TestProviderResponse,
} from './api/provider-settings.ts';
export {
  createSessionBody,
  eventPageResponse,
  historyResponse,
  methodResponse,
  renameSessionBody,
  sessionListResponse,
  sessionResponse,
  sessionSummary,
  sessionView,
  transcriptPageResponse,
} from './api/session-messages.ts';
export type {
  CreateSessionBody,
  EventPageResponse,
  HistoryResponse,
  MethodResponse,
  SessionListResponse,
  SessionSummary,
  SessionView,
  TranscriptPageResponse,
} from './api/session-messages.ts';
export { costOf, DEFAULT_BOUNDS, narrowerBounds, reachedBound, runBounds } from './manifest/bounds.ts';
export type { RunBounds, RunUse, TokenPrice } from './manifest/bounds.ts';
export { estimateTokens, needsCompaction, summaryPrompt } from './prompt/compaction.ts';
export { buildConversation, NOT_MADE } from './prompt/conversation.ts';
export type { PromptCall, PromptMessage, PromptResult } from './prompt/conversation.ts';
export { cutText } from './text/cut-text.ts';
export { manifest, MANIFEST_FILE, MANIFEST_LIMITS, narrowManifest, parseManifest } from './manifest/manifest.ts';
export type { Manifest, ManifestFile, ParsedManifest } from './manifest/manifest.ts';
export { matchesGlob } from './paths/match-glob.ts';
export { checkPath, isGuarded, isInScope, isSecret } from './paths/scope.ts';
export type { CheckedPath, Scope } from './paths/scope.ts';
export { scopePatterns } from './paths/scope-patterns.ts';
export { allowanceOf, narrowerPermission, permissions } from './tools/permission.ts';
export type { Allowance, Permission } from './tools/permission.ts';
export { allowAlways } from './manifest/allow-always.ts';
export { ReadTracker } from './tools/read-tracker.ts';
export { repeatsOf, REPEATS } from './tools/repeated-calls.ts';
export { runProgress } from './prompt/run-progress.ts';
export type { RunProgress } from './prompt/run-progress.ts';
export {
  AGENT_LIMITS,
  agentErrorCodes,
  agentEvent,
  answer,
  numberedEvent,
  question,
} from './session/session-events.ts';
export { runResults, sessionStatuses, turnResults } from './session/session-events.ts';
export type {
  AgentErrorCode,
  AgentEvent,
  AgentEventType,
  Answer,
  NumberedEvent,
  Question,
  RunResult,
  SessionStatus,
} from './session/session-events.ts';
export { type RunHead, runHead, runHeadOf } from './session/run-head.ts';
export { sessionMethod } from './session/session-methods.ts';
export type { SessionMethod } from './session/session-methods.ts';
export { FIRST_STATE, needsPerformer, nextSession, statusOf } from './session/session-state.ts';
export type { SessionChange, SessionState, SessionStep } from './session/session-state.ts';
export { NOTE_FILES, NOTE_LIMITS, type ProjectNote, projectNote } from './prompt/project-notes.ts';
export { systemPrompt } from './prompt/system-prompt.ts';
export type { PromptNeeds } from './prompt/system-prompt.ts';
export { checkCall, hasEffects, toolsOf } from './tools/tool-call.ts';
export type { CheckCallResult, CheckedCall, ParsedCall, ToolInput } from './tools/tool-call.ts';
export { isOutsideName, outsideName, OUTSIDE_LIMITS, type OutsideTool } from './tools/outside-tools.ts';
export { isToolName, TOOL_LIMITS, toolContracts } from './tools/tool-contracts.ts';
export type { ToolName } from './tools/tool-contracts.ts';
export { makeOrderAnswerer, type OrderAnswerer } from './tools/answer-orders.ts';
export { BoundedOutput } from './tools/bounded-output.ts';
export { digestOf, performOrder } from './tools/perform-order.ts';
export { NOT_LISTED } from './tools/tool-host.ts';
export type { LookedAt, RanCommand, ToolHost } from './tools/tool-host.ts';
export { orderSeconds, stopOrder, toolOrder, toolReport } from './tools/tool-order.ts';
export type { StopOrder, ToolOrder, ToolReport } from './tools/tool-order.ts';
