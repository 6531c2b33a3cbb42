import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallResult, parseRecording, replayCall } from '@slipway/plugin-host';
import { buildPlugin } from './build-plugin.ts';

/** How one call of a folder's tests ended, and what was wrong with that. */
export interface TestedCall {
  readonly name: string;
  readonly result: CallResult;
  readonly faults: readonly string[];
}

/** One file of `tests/`: an event, what queries are answered, and how it must end. */
interface TestCase {
  readonly type: string;
  readonly payload: unknown;
  readonly answers: readonly (readonly unknown[])[];
  readonly expect: { readonly kind?: string; readonly operations?: readonly unknown[]; readonly fuel?: number };
}

/** Builds a folder's plugin and makes the calls of its tests. */
export async function testPlugin(directory: string): Promise<TestedCall[]> {
  const { component } = await buildPlugin(directory);
  const folder = join(directory, 'tests');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  if (names.length === 0) throw new Error(`Cannot test "${directory}": there is no tests/*.json`);
  return names.toSorted().map((name) => {
    const test = parseCase(join(folder, name));
    const result = replayCall(component, parseRecording(recordingOf(test)));
    return { name, result, faults: findFaults(test, result) };
  });
}

/** Only `type` is needed. Throws with the file's path, and before any call is made. */
function parseCase(path: string): TestCase {
  const fail = (what: string) => new Error(`Cannot read "${path}": ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  const { type, payload = {}, answers = [], expect = {} } = (value ?? {}) as Partial<TestCase>;
  if (typeof type !== 'string') throw fail('"type" of the event is missing');
  if (!Array.isArray(answers) || !answers.every((answer) => Array.isArray(answer)))
    throw fail('"answers" is no list of lists of rows');
  if (typeof expect !== 'object') throw fail('"expect" is no object');
  return { type, payload, answers, expect };
}

/** Rows of a test may have their data as it is; the plugin gets it as the database would write it. */
function recordingOf({ type, payload, answers }: TestCase): string {
  const rows = answers.map((answer) =>
    answer.map((row, at) => {
      const { id, version = 1, data } = row as { id?: string; version?: number; data?: unknown };
      const text = typeof data === 'string' ? data : JSON.stringify(data ?? {});
      return { id: id ?? `22222222-2222-4222-8222-${String(at).padStart(12, '0')}`, version, data: text };
    }),
  );
  const callId = '11111111-1111-4111-8111-111111111111';
  const context = { tenant: 'tenant', user: 'user', permissions: ['plugin.list'], callId, now: 0 };
  const args = [type, JSON.stringify(payload)];
  return JSON.stringify({ method: 'handle-event', args, context, limits: {}, answers: rows });
}

/** Kind, fuel and operations are compared where the test names them; without `kind` the call must have gone well. */
function findFaults({ expect }: TestCase, result: CallResult): string[] {
  const faults: string[] = [];
  const kind = expect.kind ?? 'ok';
  if (result.kind !== kind)
    faults.push(`it ended as ${result.kind}, not ${kind}${'message' in result ? `: ${result.message}` : ''}`);
  if (expect.fuel !== undefined && BigInt(expect.fuel) !== result.fuel)
    faults.push(`it cost ${String(result.fuel)} units of fuel, not ${expect.fuel}`);
  if (expect.operations !== undefined) {
    const found = result.kind === 'ok' ? result.operations : [];
    for (let at = 0; at < Math.max(found.length, expect.operations.length); at++) {
      if (!fits(expect.operations[at], found[at]))
        faults.push(
          `operation ${at + 1} is ${JSON.stringify(found[at])}, not ${JSON.stringify(expect.operations[at])}`,
        );
    }
  }
  return faults;
}

/** What is expected may leave out what does not matter, and give data as it is instead of as text. */
function fits(expected: unknown, found: unknown): boolean {
  if (typeof found === 'string' && typeof expected === 'object' && expected !== null) {
    try {
      return fits(expected, JSON.parse(found));
    } catch {
      return false;
    }
  }
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, found);
  if (typeof found !== 'object' || found === null || Array.isArray(expected) !== Array.isArray(found)) return false;
  return Object.entries(expected).every(([key, value]) => fits(value, (found as Record<string, unknown>)[key]));
}
