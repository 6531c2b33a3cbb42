import { runtimeConfig, RUNTIME_CONFIG_PATH, type RuntimeConfig } from '@slipway/wire';

/** What this server told browsers about its hosts. */
export async function loadConfig(): Promise<RuntimeConfig> {
  const response = await fetch(RUNTIME_CONFIG_PATH, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`Cannot load the configuration: the server answered ${response.status}`);
  return runtimeConfig.parse(await response.json());
}
