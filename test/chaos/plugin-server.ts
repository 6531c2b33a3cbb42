/**
 * The plugin engine of a server, which kills itself without a goodbye at a given point of its work, for the
 * so-manieth time that it comes there. `plugins.ts` starts it again and looks what became of the events.
 */
import { openDatabase, type Db } from '@slipway/db';
import { createPluginPool, PluginEngine, type PluginPool, startPluginDispatcher } from '@slipway/server/plugins';
import { pino } from 'pino';

const [url = '', point = '', times = '0', leaseUs = ''] = process.argv.slice(2);
let left = Number(times);
const reach = (name: string): void => {
  if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL');
};

type Ask = (...args: unknown[]) => Promise<unknown>;

/** Comes to points between statements, before a commit and behind it. */
function watch<T extends object>(target: T): T {
  const own: Record<string, Ask> = {
    execute: async (...args) => {
      const answer = await (Reflect.get(target, 'execute') as Ask).apply(target, args);
      reach('statement');
      return answer;
    },
    transaction: async (...args) => {
      const body = args[0] as (tx: object) => Promise<unknown>;
      const inner = async (tx: object) => {
        const answer = await body(watch(tx));
        reach('commit');
        return answer;
      };
      const answer = await (Reflect.get(target, 'transaction') as Ask).call(target, inner);
      reach('committed');
      return answer;
    },
  };
  return new Proxy(target, {
    get: (of, name, receiver) => own[String(name)] ?? (Reflect.get(of, name, receiver) as unknown),
  });
}

const { db: bare, client } = openDatabase(url, { maxConnections: 6 });
const db = watch(bare) as Db;
const real = createPluginPool({ size: 2 });
const pool: PluginPool = {
  ...real,
  call: async (call) => {
    const answer = real.call(call);
    setTimeout(() => reach('calling'), Math.random() * 3);
    const result = await answer;
    reach('called');
    return result;
  },
};
const log = pino({ level: 'silent' });
const engine = new PluginEngine({ db: bare, log, pool: real });
await engine.recover();
await startPluginDispatcher({ db, client, engine, pool, log, leaseUs: Number(leaseUs) });
process.stdout.write('ready\n');
if (point === 'any time') setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(times) * 25);
