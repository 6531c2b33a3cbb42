import { createHash } from 'node:crypto';
import {
  attestationKeys,
  attestationPaths,
  attestationResponse,
  type BuildStatement,
  buildStatement,
} from '@slipway/contracts';
import { openEnvelope } from '@slipway/sites';
import { fetchBytes } from './fetch-bytes.ts';

/** `proven` says by which builder and key, so that a person can compare them. */
export type SiteVerdict =
  | {
      outcome: 'proven';
      builder: string;
      keyid: string;
      commit: string | null;
      files: number;
      statement: BuildStatement;
    }
  | { outcome: 'different'; builder: string; differences: string[] }
  | { outcome: 'unproven'; problem: string };

const DOCUMENT_BYTES = 16 * 1024 ** 2;
/** As large as a file of a site may be. */
const FILE_BYTES = 512 * 1024 ** 2;
const AT_ONCE = 4;

/** Repeats the proof (P-34): signature, keys and every file of the site. Throws where somebody does not answer. */
export async function verifySite(address: URL, wantedBuilder: string | undefined): Promise<SiteVerdict> {
  // The link of a version leads to the host that the version is on.
  const site = (await fetchBytes(address, FILE_BYTES)).url.origin;
  const found = await fetchBytes(new URL(attestationPaths.ofSite, site), DOCUMENT_BYTES);
  const attestation = attestationResponse.safeParse(parse(found));
  if (!attestation.success) return { outcome: 'unproven', problem: `${site} has no attestation` };
  const { builder, verification, envelope } = attestation.data;
  if (wantedBuilder !== undefined && new URL(wantedBuilder).origin !== builder)
    return { outcome: 'unproven', problem: `it was built by ${builder}, not by ${wantedBuilder}` };
  if (envelope === null)
    return { outcome: 'unproven', problem: `${builder} has not verified what a tab has published: ${verification}` };
  const keys = attestationKeys.safeParse(
    parse(await fetchBytes(new URL(attestationPaths.keys, builder), DOCUMENT_BYTES)),
  );
  if (!keys.success) return { outcome: 'unproven', problem: `${builder} publishes no keys` };
  const opened = openEnvelope(envelope, keys.data);
  if (opened.outcome === 'forged') return { outcome: 'unproven', problem: 'the signature is forged' };
  if (opened.outcome === 'unknown-key')
    return { outcome: 'unproven', problem: `${builder} does not publish the key of the signature` };
  const statement = buildStatement.parse(JSON.parse(opened.payload.toString('utf8')));
  const { buildDefinition, runDetails } = statement.predicate;
  if (runDetails.builder.id !== builder)
    return { outcome: 'unproven', problem: `the statement names another builder: ${runDetails.builder.id}` };
  const differences = await compareFiles(site, statement.subject);
  if (differences.length > 0) return { outcome: 'different', builder, differences };
  const commit = buildDefinition.resolvedDependencies[0]?.digest['gitCommit'] ?? null;
  return { outcome: 'proven', builder, keyid: opened.keyid, commit, files: statement.subject.length, statement };
}

/** Every file that the statement names, fetched from the site. What the site serves beyond them is not looked for. */
async function compareFiles(
  site: string,
  subject: readonly { name: string; digest: { sha256: string } }[],
): Promise<string[]> {
  const differences: string[] = [];
  const waiting = [...subject];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const path = file.name.split('/').map(encodeURIComponent).join('/');
      const { status, bytes } = await fetchBytes(new URL(`/${path}`, site), FILE_BYTES);
      if (status !== 200) differences.push(`${file.name}: the site answered ${status}`);
      else if (createHash('sha256').update(bytes).digest('hex') !== file.digest.sha256)
        differences.push(`${file.name}: the site sends other bytes`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return differences.sort();
}

/** Undefined where there is no such document; the schemas refuse it then. */
function parse({ status, bytes }: { status: number; bytes: Buffer }): unknown {
  if (status !== 200) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
