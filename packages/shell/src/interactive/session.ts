import type { ExitStatus } from '@slipway/kernel';
export function runInteractive(_: unknown): ExitStatus { throw new Error('not yet'); }
