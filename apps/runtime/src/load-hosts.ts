/** What a preview needs to know, without the weight of the whole contract: this runs with every page. */
export interface HostPatterns {
  readonly app: string;
  readonly preview: string;
  readonly runtime: string;
}

/** Asked of the page's own host. Throws for the person who reads the page, naming what the server answered. */
export async function loadHosts(): Promise<HostPatterns> {
  // The path is `RUNTIME_CONFIG_PATH` of the contracts.
  const response = await fetch('/__slip/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`Cannot load the configuration: the server answered ${response.status}`);
  const config = (await response.json()) as {
    app?: { origin?: unknown };
    preview?: { originPattern?: unknown };
    runtime?: { originPattern?: unknown };
  } | null;
  const app = config?.app?.origin;
  const preview = config?.preview?.originPattern;
  const runtime = config?.runtime?.originPattern;
  if (typeof app !== 'string' || typeof preview !== 'string' || typeof runtime !== 'string')
    throw new Error('Cannot load the configuration: it names no hosts');
  return { app, preview, runtime };
}
