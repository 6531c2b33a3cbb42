/**
 * Every change of what travels between separately built parts, newest last. The
 * test beside this file hashes the schemas and fails until a line is added, so
 * that no message changes by accident.
 */
export interface ContractVersion {
  version: number;
  hash: string;
  change: string;
}

/** Never edited, only added to; the last entry's hash is that of the schemas as they are now. */
export const apiHistory: readonly ContractVersion[] = [
  {
    version: 1,
    hash: 'c22d0233acaba5e9',
    change: 'First version: auth, projects, snapshots, templates, builds, events, runtime config',
  },
  { version: 2, hash: 'b6653586a5e7e67b', change: 'A topic of the control port: previews' },
  { version: 3, hash: '1b1dd3725392dd7b', change: 'The log of a build is read in pages' },
  {
    version: 4,
    hash: '89c37c4c29de5705',
    change: 'Names, addresses and passwords refuse what cannot be stored or seen',
  },
  {
    version: 5,
    hash: '27b5a44479cafb90',
    change: 'What the runtime must know of its hosts, and the control port, are messages of the runtime',
  },
  { version: 6, hash: '96546a0e8bb3e8ad', change: 'A page opens with one request: session, configuration, first data' },
  {
    version: 7,
    hash: '31284a119018753b',
    change: 'Runs: their record and report, holders of projects, commands to them and their answers',
  },
  { version: 8, hash: 'c58d5b3bcfc0ea2f', change: 'Access tokens: scopes, list, creation' },
  {
    version: 9,
    hash: '649002e8078a84c5',
    change: 'How a version of a site is served: its rules of headers and redirects',
  },
  { version: 10, hash: '93fbe84902461dfd', change: 'What of an owner\u2019s limits is used' },
  { version: 11, hash: '73b8c4286a47f328', change: 'Snapshots are commits' },
  { version: 12, hash: 'c0867163d38e5ec5', change: 'What of an owner\u2019s limits is used' },
  {
    version: 13,
    hash: '2551049c8b97e537',
    change: 'People: sign-up, invitations, sessions, resets, roles, the audit log',
  },
  { version: 14, hash: '469e0444d3ce683a', change: 'Saves: changed paths with their bytes, and what a merge did' },
  {
    version: 15,
    hash: 'd5e1f8d797485f87',
    change: 'Sites: build settings, addresses, passwords, variables; links of versions',
  },
  {
    version: 16,
    hash: 'b51646e6144509f8',
    change: 'A build document says how it is built; secrets have eight characters',
  },
  { version: 17, hash: '1465577269f03dc5', change: 'The first data of a project names its commit' },
  { version: 18, hash: '7d629c74595e4a8a', change: 'Tickets for WebSockets' },
  {
    version: 19,
    hash: 'b7e97efefd770df9',
    change: 'History: pages of snapshots, differences, restores, forks; checkpoints',
  },
  { version: 20, hash: '257ffe37003a1919', change: 'Remotes of a project: import and push' },
  { version: 21, hash: '21f670052ba98a4e', change: 'A step of a checkpoint is at most what the database keeps' },
  { version: 22, hash: '4f5f61bac0144d7b', change: 'What a sandbox may take' },
  { version: 23, hash: '0383f4db4f01974f', change: 'Topics of the event stream; a build\u2019s log is one' },
  { version: 24, hash: '1183f25abfa53e8f', change: 'Shares: links to a project’s files and copies, embeds' },
  {
    version: 25,
    hash: '52f4be1601a0df37',
    change: 'Commands to a holder: tools of the agent, with bodies up to 256 KiB',
  },
  { version: 26, hash: 'e45ad4556536c261', change: 'Whether an installation has language servers' },
  { version: 27, hash: 'bd7354aba00d79c0', change: 'Sandboxes: their records, and verbs that a worker does' },
  { version: 28, hash: 'e364ee987880466c', change: 'The list of projects comes in pages' },
  { version: 29, hash: 'd9d4576c231e165e', change: 'Plugins: the list, what they did and what they stored' },
  { version: 30, hash: 'b9ca6c3f10a8a38c', change: 'Live previews: a kind of share, and who looks' },
  {
    version: 31,
    hash: 'adfa0f8bc671d535',
    change: 'An error of plugins whose version does not let them take another’s place',
  },
  { version: 32, hash: 'ff6cbe54b6714c60', change: 'The relay, and the MongoDB that runs are offered' },
  {
    version: 33,
    hash: '3967f029b2aa5110',
    change: 'Plugins: manifests, examination, versions, recordings, rows to write',
  },
  { version: 34, hash: '48bafad84ab44240', change: 'Builds that a tab publishes, and what came of checking them' },
  { version: 35, hash: '469c0dc3e7efdb4d', change: 'Statements of what was built say the modes of files' },
  { version: 36, hash: 'e6b28821fa6d1d06', change: 'The operator’s page: jobs, workers, storage by class' },
  {
    version: 37,
    hash: 'f63573785f775c57',
    change: 'The configuration says whether browsers keep the IDE for when no server answers',
  },
  { version: 38, hash: '69c50bfb55d2c504', change: 'Trees come in pages' },
  { version: 39, hash: '85e0b4443b098e84', change: 'The list of sandboxes comes in pages' },
  { version: 40, hash: '13ada1c0ef7c74c9', change: 'Workers are listed while they have nothing to do' },
];
