/** Cores that a build is told of, whatever machine it runs on. */
const CORES = 4;

/**
 * The environment that makes the same save the same files on every machine (P-33): time zone, locale, number of
 * cores, and the time that tools write into what they make. Variables of the project count more. The folder and the
 * order in which folders are read are the same in every container.
 */
export function buildEnvironment(
  snapshotCreatedAtUs: number,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    CI: 'true',
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    SOURCE_DATE_EPOCH: String(Math.floor(snapshotCreatedAtUs / 1_000_000)),
    SLIPWAY_CORES: String(CORES),
    ...variables,
  };
}
