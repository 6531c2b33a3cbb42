/**
 * Every change of the messages, newest last; `wire-history.test.ts` hashes the
 * schemas and fails until a line is added. The messages are the client's: a
 * change here is either a mistake or a new client release.
 */
export const wireHistory: readonly { readonly version: number; readonly hash: string; readonly change: string }[] = [
  {
    version: 1,
    hash: '900d670439b26e54',
    change: 'First version: @webcontainer/api 1.6.4, and the `internal` members of 1.6.1-internal.1',
  },
  {
    version: 2,
    hash: '703a139beced0982',
    change: 'File names in every encoding (readdir, watch); unknown encodings are refused',
  },
  { version: 3, hash: '7daa05d66ce74cb8', change: 'onProcessesRemove of 1.6.1-internal.1' },
];
