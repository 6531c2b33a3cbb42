/** Git’s objects, packs and wire protocol, without a disk and without a git program. */
export { type Commit, type CommitLinks, decodeCommit, encodeCommit, readCommitLinks } from './objects/commit.ts';
export { collidingNames, entryNameProblem, foldName, isDotGit, linkNameProblem } from './objects/entry-name.ts';
export { GitError, type GitErrorCode } from './objects/git-error.ts';
export { checkObject, type GitObject, linksOf, type ObjectLink } from './objects/git-object.ts';
export type { Header } from './objects/headers.ts';
export {
  EMPTY_TREE_OID,
  isObjectType,
  isOid,
  ObjectHash,
  type ObjectType,
  type Oid,
  oidFromBytes,
  oidOf,
  oidToBytes,
  parseOid,
  ZERO_OID,
} from './objects/oid.ts';
export { cleanPersonPart, encodePerson, parsePerson, type Person } from './objects/person.ts';
export { isRefName, parseRefName, REF_NAME_LIMIT } from './objects/ref-name.ts';
export { decodeTag, encodeTag, readTagTarget, type Tag } from './objects/tag.ts';
export { decodeText, encodeText } from './objects/text.ts';
export {
  compareEntries,
  decodeTree,
  encodeTree,
  isBlobMode,
  isTreeMode,
  readTree,
  sortEntries,
  TREE_MODES,
  type TreeEntry,
} from './objects/tree.ts';
export { applyDelta, type DeltaSizes, encodeDelta, readDeltaSizes } from './packs/delta.ts';
export { PACK_LIMITS, type PackLimits } from './packs/pack-limits.ts';
export { type PackedObject, PackReader, type PackReaderOptions } from './packs/pack-reader.ts';
export { MemorySpool, type PackSpool } from './packs/pack-spool.ts';
export { type PackItem, packItem, writePack } from './packs/pack-writer.ts';
export { receiveSpool } from './packs/receive-spool.ts';
export { CommitGraph } from './serve/commit-graph.ts';
export { advertiseRefs, type Service } from './serve/list-refs.ts';
export type { CommitNode, FetchRepository, ObjectSource, RepositoryRef } from './serve/repository.ts';
export { uploadPack } from './serve/upload-pack.ts';
export { advertiseV2 } from './wire/capabilities.ts';
export {
  BANDS,
  DELIMITER,
  encodeBand,
  encodePacket,
  FLUSH,
  type Packet,
  PacketReader,
  packetText,
} from './wire/pkt-line.ts';
export { type RefCommand } from './serve/push-request.ts';
export { HIDDEN_REFS } from './serve/push-rules.ts';
export { type PushRepository, receivePack, type ReceiveOptions, type StorePushResult } from './serve/receive-pack.ts';
export { fetchFrom } from './client/fetch-from.ts';
export { type PushReport, pushTo } from './client/push-to.ts';
export { readRemoteRefs, type RemoteRefs } from './client/remote-refs.ts';
export type { RemoteTransport } from './client/remote-transport.ts';
export { selectForPush } from './client/select-for-push.ts';
