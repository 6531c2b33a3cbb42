/**
 * Every change of the control port's messages, newest last. The test beside this
 * file hashes the schemas and fails until a line is added.
 */
export const controlHistory: readonly { readonly version: number; readonly hash: string; readonly change: string }[] = [
  {
    version: 1,
    hash: '249b1ea9a19f1247',
    change: 'First version: boot, processes, memory, ports, separate output, signals, persistence',
  },
  {
    version: 2,
    hash: '260bcdad76475dda',
    change: 'Inspection: what the runtime has given out, and a check of the file system',
  },
  { version: 3, hash: '7bd41ddf42727026', change: 'Which tab has the previews, and how another one takes them' },
  {
    version: 4,
    hash: '01dd66aee66dd4a5',
    change: 'Input that stays open (write, close), output under credit (grant), the events quiet and end',
  },
  {
    version: 5,
    hash: '41a32e2c8cd34722',
    change: 'Files as a page keeps a copy of them: what changed (changes), what is there (read), what is to be (apply)',
  },
  {
    version: 6,
    hash: 'd917be736d04a87c',
    change: 'The home folder outlives the page (keep, take-kept, forget-kept), with a note (persist), and says so',
  },
];
