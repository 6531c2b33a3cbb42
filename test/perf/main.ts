/**
 * `npm run bench -- <name>`: figures against native Node, or a bare page, measured in the
 * same run. Nothing here asserts a time.
 */
import { benchAgent } from './agent.ts';
import { benchHistory } from './history.ts';
import { benchIde } from './ide.ts';
import { benchLoad } from './load.ts';
import { benchMainJob } from './main-job.ts';
import { benchMemory } from './memory.ts';
import { benchPayload } from './payload.ts';
import { benchPlugins } from './plugins.ts';
import { benchPublish } from './publish.ts';
import { benchQueue } from './queue.ts';
import { benchRuntime } from './runtime.ts';
import { benchStatic } from './static.ts';

const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  payload: benchPayload,
  memory: benchMemory,
  runtime: benchRuntime,
  'main-job': benchMainJob,
  ide: benchIde,
  static: benchStatic,
  history: benchHistory,
  load: benchLoad,
  queue: benchQueue,
  plugins: benchPlugins,
  publish: benchPublish,
  agent: benchAgent,
};

const [name, ...args] = process.argv.slice(2);
const bench = name === undefined ? undefined : BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- <${Object.keys(BENCHES).join('|')}>\n`);
  process.exitCode = 2;
} else await bench(args);
