export type { SandboxStatus } from './sandbox-status.ts';
