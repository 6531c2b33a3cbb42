/** What can be wrong with bytes that claim to be git's. The words are those of `git fsck` where it has one. */
export type GitErrorCode =
  | 'bad-oid'
  | 'bad-text'
  | 'bad-object'
  | 'bad-tree'
  | 'bad-mode'
  | 'bad-name'
  | 'tree-not-sorted'
  | 'duplicate-entries'
  | 'bad-commit'
  | 'bad-person'
  | 'bad-tag'
  | 'bad-ref-name'
  | 'bad-packet'
  | 'bad-request'
  | 'bad-pack'
  | 'bad-delta'
  | 'missing-object'
  | 'too-large';

/** Bytes from outside that are not what they say. Whoever reads them from a client tells the message as it stands. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: GitErrorCode;

  constructor(code: GitErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
