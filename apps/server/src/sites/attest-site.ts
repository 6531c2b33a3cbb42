import type { AttestationResponse } from '@slipway/contracts';
import { type Db, getProvenance, keepAttestation, type Site } from '@slipway/db';
import { isPublic, makeStatement, signEnvelope } from '@slipway/sites';
import type { SiteVersion } from './site-versions.ts';
import type { AttestationSigner } from '../attestation/attestation-keys.ts';

/** `appOrigin` is the builder's name in the attestation: a statement of one installation is none of another. */
export interface AttestationNeeds {
  db: Db;
  attestations: AttestationSigner;
  hosts: { appOrigin: string };
}

/**
 * What the server says of the version that a site shows (P-34): signed once, when it is first asked for, of what the
 * server has built itself. Undefined where nothing is known of its build any more.
 */
export async function attestSite(
  { db, attestations, hosts }: AttestationNeeds,
  site: Site,
  version: SiteVersion,
): Promise<AttestationResponse | undefined> {
  const facts = await getProvenance(db, site.artifactId);
  if (!facts) return undefined;
  const builder = hosts.appOrigin;
  const verification = facts.origin === 'server' ? 'verified' : (facts.verification ?? 'failed');
  if (verification !== 'verified' || facts.commit === null) return { builder, verification, envelope: null };
  if (facts.attestation) return { builder, verification, envelope: facts.attestation };
  const files = [...version.files.values()].filter(({ path }) => isPublic(path));
  const statement = makeStatement({
    ...facts,
    builder,
    commit: facts.commit,
    startedAtUs: facts.startedAt,
    finishedAtUs: facts.finishedAt,
    files: files.sort((a, b) => (a.path < b.path ? -1 : 1)),
  });
  const envelope = signEnvelope(Buffer.from(JSON.stringify(statement)), await attestations.current());
  return { builder, verification, envelope: await keepAttestation(db, site.artifactId, envelope) };
}
