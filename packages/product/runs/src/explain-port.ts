import { RUN_PORT } from '@slipway/contracts';
import { serverTool } from './project-scripts.ts';

/** What a tool calls its port. Those that are not here read PORT, or have a setting of their own. */
const PORT_OPTIONS: Readonly<Record<string, string>> = {
  vite: '--port',
  next: '-p',
  nuxt: '--port',
  nuxi: '--port',
  astro: '--port',
  webpack: '--port',
  'webpack-dev-server': '--port',
  ng: '--port',
  parcel: '--port',
  'http-server': '-p',
  serve: '-l',
  gatsby: '-p',
  remix: '--port',
};

/** What is seen of a run that lives and does not answer on the preview's port. */
export interface PortFacts {
  readonly name: string;
  readonly script: string;
  /** Ports that the run itself listens on. */
  readonly ports: readonly number[];
  /** Who else has the preview's port. */
  readonly taken: { readonly pid: number; readonly command: string } | undefined;
}

/** Why the preview shows nothing, and what to write where (RN-03); null while there is nothing to explain. */
export function explainPort({ name, script, ports, taken }: PortFacts): string | null {
  if (taken !== undefined) {
    const holder = `process ${taken.pid} ("${taken.command.slice(0, 100)}")`;
    return `Port ${RUN_PORT} is taken by ${holder}: end it, then run again`;
  }
  const [port] = ports;
  if (port === undefined || ports.includes(RUN_PORT)) return null;
  const others = ports.slice(0, 8).join(', ');
  return `It listens on port ${others}, and the preview shows port ${RUN_PORT}: ${portFix(name, script, port)}`;
}

function portFix(name: string, script: string, port: number): string {
  const written = new RegExp(`(?:--port[= ]|-p[= ]?|-l[= ]?|\\bPORT=)${port}\\b`).exec(script)?.[0];
  if (written !== undefined) {
    const right = written.replace(String(port), String(RUN_PORT));
    return `in package.json, script "${name}", write "${right}" instead of "${written}"`;
  }
  const tool = serverTool(script);
  if (tool === 'vite') return `in vite.config write server: { port: ${RUN_PORT}, strictPort: true }`;
  if (tool === undefined || tool === 'program' || PORT_OPTIONS[tool] === undefined)
    return `let the program listen on process.env.PORT, as in server.listen(process.env.PORT)`;
  return `in package.json, script "${name}", write "${script} ${PORT_OPTIONS[tool]} ${RUN_PORT}"`;
}
