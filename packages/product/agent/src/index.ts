export type { SessionStatus } from './session-status.ts';
