import type { PluginSummary } from '@slipway/contracts';

/** How a plugin is, in words. */
export function healthOf({ health, state, message }: PluginSummary): string {
  if (health === 'healthy') return 'running';
  return health === 'error' ? `error: ${message ?? 'unknown'}` : state;
}
