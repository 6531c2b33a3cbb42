import { runtimeConfig, RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@slipway/wire';

/** Revalidated each time (`no-cache`); throws for a status of failure and for another shape. */
export async function loadConfig(): Promise<RuntimeConfig> {
  const response = await fetch(RUNTIME_CONFIG_PATH, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`Cannot load the configuration: the server answered ${response.status}`);
  return runtimeConfig.parse(await response.json());
}
