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

export const apiHistory: readonly ContractVersion[] = [
  { version: 1, hash: 'c22d0233acaba5e9', change: 'First version: auth, projects, snapshots, templates, builds, events, runtime config' },
  { version: 2, hash: 'b6653586a5e7e67b', change: 'A topic of the control port: previews' },
];

export const controlHistory: readonly ContractVersion[] = [
  { version: 1, hash: '249b1ea9a19f1247', change: 'First version: boot, processes, memory, ports, separate output, signals, persistence' },
  { version: 2, hash: '260bcdad76475dda', change: 'Inspection: what the runtime has given out, and a check of the file system' },
  { version: 3, hash: '7bd41ddf42727026', change: 'Which tab has the previews, and how another one takes them' },
];
