import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type CallResult, InstantiationError, parseRecording, replayCall } from '@slipway/plugin-host';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';
import { buildPlugin } from './build-plugin.ts';
import { makeNewPlugin } from './new-plugin.ts';
import { testPlugin } from './test-plugin.ts';

const OPTIONS = {
  language: { type: 'string', default: 'javascript' },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `slipway plugin VERB`: everything an author does before a server is asked. */
export async function runPlugin(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { stdout, stderr }: Output,
): Promise<number> {
  const { values, positionals } = parseOptions(argv);
  const [verb, ...places] = positionals;
  // The command is started from its own folder; where the author stands is in INIT_CWD.
  const at = (place = '.') => resolve(env['INIT_CWD'] ?? process.cwd(), place);
  const say = (text: string, value: unknown) =>
    void stdout.write(`${values.json ? JSON.stringify(value, (_, item: unknown) => plain(item)) : text}\n`);
  const atMost = (count: number) => {
    if (places.length > count) throw new UsageError(`cannot understand "${places.slice(count).join(' ')}"`);
  };
  try {
    switch (verb) {
      case 'new': {
        atMost(1);
        if (places[0] === undefined) throw new UsageError('which folder?');
        const directory = at(places[0]);
        const files = await makeNewPlugin(directory, values.language);
        const next = `Next: cd ${places[0]}, npm install, slipway plugin test`;
        say(`Made ${files.join(', ')} in ${directory}\n${next}`, { directory, files });
        return exitCodes.ok;
      }
      case 'build': {
        atMost(1);
        const directory = at(places[0]);
        const { component, manifest } = await buildPlugin(directory);
        const file = values.out === undefined ? join(directory, `${manifest.id}.wasm`) : at(values.out);
        await writeFile(file, component);
        const { id, version } = manifest;
        say(`${file}: ${id} ${version}, ${component.length} bytes`, { file, id, version, bytes: component.length });
        return exitCodes.ok;
      }
      case 'test': {
        atMost(1);
        const calls = await testPlugin(at(places[0]));
        const lines = calls.flatMap(({ name, result, faults }) => [
          `${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${summaryOf(result)}`,
          ...faults.map((fault) => `       ${fault}`),
        ]);
        say(lines.join('\n'), calls);
        return calls.some(({ faults }) => faults.length > 0) ? exitCodes.failure : exitCodes.ok;
      }
      case 'replay': {
        atMost(2);
        const [component, recording] = places;
        if (component === undefined || recording === undefined) throw new UsageError('which component and recording?');
        const told = parseRecording(await readFile(at(recording), 'utf8'));
        const result = replayCall(new Uint8Array(await readFile(at(component))), told);
        say([summaryOf(result), ...detailsOf(result)].join('\n'), result);
        return exitCodes.ok;
      }
      default:
        throw new UsageError(verb === undefined ? 'no verb given' : `unknown verb "${verb}"`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof Error)) throw error;
    stderr.write(
      `slipway plugin: ${error instanceof InstantiationError ? `no plugin: ${error.message}` : error.message}\n`,
    );
    return exitCodes.failure;
  }
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Fuel is a bigint, which JSON does not have; its limits stay far below 2^53. */
const plain = (item: unknown) => (typeof item === 'bigint' ? Number(item) : item);

/** One line, of which fuel is a part: authors compare it between versions. */
function summaryOf(result: CallResult): string {
  const outcome = result.kind === 'ok' ? `${result.operations.length} operations` : result.message;
  return `${result.kind}, ${String(result.fuel)} units of fuel, ${outcome}`;
}

const detailsOf = (result: CallResult): string[] => [
  ...(result.kind === 'ok' ? result.operations.map((operation) => `  ${JSON.stringify(operation)}`) : []),
  ...result.log.map(({ level, message }) => `  log ${level}: ${message}`),
];
