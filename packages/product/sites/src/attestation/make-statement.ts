import type { BuildStatement } from '@slipway/contracts';

/** All of it is signed. */
export interface BuildFacts {
  builder: string;
  projectId: string;
  snapshotId: string;
  revision: number;
  /** The save's commit, as git names it. */
  commit: string;
  jobId: string;
  origin: 'server' | 'tab';
  startedAtUs: number;
  finishedAtUs: number;
  files: readonly { path: string; sha256: string; mode: number }[];
}

/** Says which files came of which save (P-34): an in-toto statement with a predicate of SLSA 1.0. */
export function makeStatement(facts: BuildFacts): BuildStatement {
  const { builder, projectId, snapshotId, revision, commit } = facts;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: facts.files.map(({ path, sha256, mode }) => ({
      name: path,
      digest: { sha256 },
      annotations: { mode: mode.toString(8) },
    })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${builder}/build-types/snapshot/v1`,
        externalParameters: { project: projectId, snapshot: snapshotId, revision },
        // Whoever published it: the server has built these very files in either case.
        internalParameters: { publishedBy: facts.origin },
        resolvedDependencies: [{ uri: `${builder}/git/${projectId}.git`, digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: builder },
        metadata: {
          invocationId: facts.jobId,
          startedOn: timeOf(facts.startedAtUs),
          finishedOn: timeOf(facts.finishedAtUs),
        },
      },
    },
  };
}

const timeOf = (us: number): string => new Date(Math.floor(us / 1000)).toISOString();
