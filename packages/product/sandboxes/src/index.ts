export { type Clock, systemClock, within } from './clock.ts';
export {
  checkCapture,
  CONFIGURE_MS,
  CONNECT_MS,
  createSandboxDriver,
  type DriverNeeds,
  GRACE_MS,
} from './create-sandbox-driver.ts';
export {
  BEAT_MS,
  DELIVERY_MS,
  type Heartbeat,
  HeartbeatMonitor,
  type HeartbeatOptions,
  type HeartbeatTimeout,
  postHeartbeats,
  type PostHeartbeat,
  type TaskUsage,
  TIMEOUT_MS,
} from './heartbeat.ts';
export { type Once, Recovery, type RecoveryOptions, type RecoveryPoint, type RecoverySteps } from './recovery.ts';
export {
  type CheckpointStore,
  type SandboxDriver,
  SandboxError,
  type SandboxErrorCode,
  type SandboxSetup,
  type SandboxState,
} from './sandbox-driver.ts';
export {
  CAPTURE_LIMITS,
  type CommandEnd,
  LEFT_OUT,
  type MachineEnd,
  type MachineKind,
  type MachineWatch,
  type SandboxChanges,
  type SandboxCommand,
  type SandboxContent,
  type SandboxFile,
  type SandboxFolder,
  type SandboxMachine,
} from './sandbox-machine.ts';
export {
  type EventFacts,
  makeRecord,
  nextRecord,
  reportOf,
  type SandboxRecord,
  type SandboxReport,
} from './sandbox-record.ts';
export {
  nextStatus,
  type SandboxEvent,
  sandboxEvents,
  type SandboxStatus,
  sandboxStatuses,
  statusesBefore,
} from './sandbox-status.ts';
