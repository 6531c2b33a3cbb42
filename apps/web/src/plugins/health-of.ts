import type { PluginSummary } from '@slipway/contracts';

/** `state` stands where it is neither healthy nor in error. */
export function healthOf({ health, state, message }: PluginSummary): string {
  if (health === 'healthy') return 'running';
  return health === 'error' ? `error: ${message ?? 'unknown'}` : state;
}
