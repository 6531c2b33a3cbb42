import { parseArgs } from 'node:util';
import { exitCodes, type Output, type Surroundings, UsageError } from '../verb/verb.ts';
import type { RebuildVerdict } from './rebuild-site.ts';
import { type SiteVerdict, verifySite } from './verify-site.ts';

const OPTIONS = {
  builder: { type: 'string' },
  rebuild: { type: 'boolean', default: false },
  env: { type: 'string', multiple: true, default: [] as string[] },
  json: { type: 'boolean', default: false },
} as const;

/** Exits with 0 where all of it holds, else with 1. */
export async function runVerify(argv: readonly string[], around: Surroundings): Promise<number> {
  const { stdout, stderr, env } = around;
  const { values, positionals } = parse(argv);
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new UsageError('give the address of one site');
  for (const url of [address, ...(values.builder === undefined ? [] : [values.builder])])
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UsageError(`"${url}" is no address`);
  const variables = Object.fromEntries(values.env.map(parseVariable));
  if (values.env.length > 0 && !values.rebuild) throw new UsageError('--env is for --rebuild');
  let verdict: SiteVerdict;
  let rebuilt: RebuildVerdict | undefined;
  try {
    verdict = await verifySite(new URL(address), values.builder);
    if (values.rebuild && verdict.outcome === 'proven')
      rebuilt = await rebuild(verdict, { builder: values.builder, variables }, { env, stderr });
  } catch (error) {
    stderr.write(`verify: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failure;
  }
  const lines = describe(verdict) + (rebuilt === undefined ? '' : `\n${describeRebuild(rebuilt)}`);
  stdout.write(values.json ? `${JSON.stringify(toJson(verdict, rebuilt))}\n` : `${lines}\n`);
  const holds = verdict.outcome === 'proven' && (rebuilt === undefined || rebuilt.outcome === 'same');
  return holds ? exitCodes.ok : exitCodes.failure;
}

/** Builds it here, for which it asks its builder with the caller's token: only one that the caller has named. */
async function rebuild(
  { builder, statement }: Extract<SiteVerdict, { outcome: 'proven' }>,
  asked: { builder: string | undefined; variables: Record<string, string> },
  { env, stderr }: { env: Surroundings['env']; stderr: Output['stderr'] },
): Promise<RebuildVerdict> {
  const trusted = asked.builder ?? env['SLIPWAY_URL'];
  if (trusted === undefined || new URL(trusted).origin !== builder)
    throw new Error(`Cannot rebuild: name the builder by --builder ${builder}, which is to get your token`);
  const { rebuildSite } = await import('./rebuild-site.ts');
  return await rebuildSite(statement, {
    env,
    variables: asked.variables,
    log: (text) => void stderr.write(text),
  });
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseVariable(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  if (equals < 1) throw new UsageError(`--env needs NAME=VALUE, not "${pair}"`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

/** Without the statement, which the site answers itself. */
function toJson(verdict: SiteVerdict, rebuilt: RebuildVerdict | undefined): object {
  const { statement: _, ...told } = { statement: undefined, ...verdict };
  return rebuilt === undefined ? told : { ...told, rebuilt };
}

function describe(verdict: SiteVerdict): string {
  switch (verdict.outcome) {
    case 'proven':
      return [
        `verified: all ${verdict.files} files are what ${verdict.builder} has built`,
        `  from commit ${verdict.commit ?? 'unknown'}, signed with key ${verdict.keyid}`,
      ].join('\n');
    case 'different':
      return [
        `different from what ${verdict.builder} has built:`,
        ...verdict.differences.map((one) => `  ${one}`),
      ].join('\n');
    case 'unproven':
      return `not verified: ${verdict.problem}`;
  }
}

function describeRebuild(verdict: RebuildVerdict): string {
  switch (verdict.outcome) {
    case 'same':
      return `rebuilt: all ${verdict.files} files came out the same here`;
    case 'different':
      return ['rebuilt here, and different:', ...verdict.differences.map((one) => `  ${one}`)].join('\n');
    case 'failed':
      return `not rebuilt: ${verdict.problem}`;
  }
}
