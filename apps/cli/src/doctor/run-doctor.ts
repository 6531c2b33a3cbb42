import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateDatabase, openDatabase } from '@slipway/db';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';
import { databaseChecks, type Finding, machineChecks } from './checks.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Exits with 1 where something must be mended. */
export async function runDoctor(argv: readonly string[], env: Environment, { stdout }: Output): Promise<number> {
  const asJson = argv.length === 1 && argv[0] === '--json';
  if (argv.length > 0 && !asJson) throw new UsageError(`cannot understand "${argv.join(' ')}"`);
  const findings: Record<string, Finding> = {};
  for (const [name, check] of Object.entries(machineChecks)) findings[name] = await check(env);
  Object.assign(findings, await lookAtDatabase(env));
  stdout.write(asJson ? `${JSON.stringify(findings, undefined, 2)}\n` : print(findings));
  return Object.values(findings).some(({ state }) => state === 'fail') ? exitCodes.failure : exitCodes.ok;
}

/**
 * One connection for all checks. The first that throws ends them, and its failure stands under its own name:
 * the others would say the same.
 */
async function lookAtDatabase(env: Environment): Promise<Record<string, Finding>> {
  const stateDirectory = env['STATE_DIR'] || join(fileURLToPath(new URL('../../../..', import.meta.url)), '.slipway');
  const findings: Record<string, Finding> = {};
  let name = 'database';
  try {
    const located = await locateDatabase({ databaseUrl: env['DATABASE_URL'] || undefined, stateDirectory });
    const database = openDatabase(located.url, { maxConnections: 1 });
    try {
      for (const [next, check] of Object.entries(databaseChecks)) {
        name = next;
        findings[name] = await check(database);
      }
    } finally {
      await database.close();
      await located.release();
    }
  } catch (error) {
    findings[name] = { state: 'fail', text: error instanceof Error ? rootMessage(error) : String(error) };
  }
  return findings;
}

/** What the database said, not which question it was asked. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}

function print(findings: Record<string, Finding>): string {
  const width = Math.max(...Object.keys(findings).map((name) => name.length));
  return Object.entries(findings)
    .map(([name, { state, text }]) => `${state.padEnd(4)}  ${name.padEnd(width)}  ${text}\n`)
    .join('');
}
