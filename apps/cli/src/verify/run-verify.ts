import { parseArgs } from 'node:util';
import { exitCodes, type Output, UsageError } from '../verb/verb.ts';
import { type SiteVerdict, verifySite } from './verify-site.ts';

const OPTIONS = { builder: { type: 'string' }, json: { type: 'boolean', default: false } } as const;

/** `slipway verify URL`. */
export async function runVerify(argv: readonly string[], { stdout, stderr }: Output): Promise<number> {
  const { values, positionals } = parse(argv);
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new UsageError('give the address of one site');
  for (const url of [address, ...(values.builder === undefined ? [] : [values.builder])])
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new UsageError(`"${url}" is no address`);
  let verdict: SiteVerdict;
  try {
    verdict = await verifySite(new URL(address), values.builder);
  } catch (error) {
    stderr.write(`verify: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failure;
  }
  stdout.write(values.json ? `${JSON.stringify(verdict)}\n` : `${describe(verdict)}\n`);
  return verdict.outcome === 'proven' ? exitCodes.ok : exitCodes.failure;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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
