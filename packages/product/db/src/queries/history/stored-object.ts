/** An object as it is kept; see `schema/history.ts` for what `z` is. */
export interface StoredObject {
  oid: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  size: number;
  /** Of a blob, whose bytes are in the blob store. */
  sha256: string | null;
  z: Uint8Array | null;
  baseOid: string | null;
}
