import { crc32c } from './crc32c.ts';
import { PIECE_HEADER } from './keep-format.ts';

/** Of a piece’s length, flags and payload; the sum itself lies between them. `seed`: the sum of the piece before. */
export function pieceSum(bytes: Uint8Array, at: number, end: number, seed: number): number {
  return crc32c(bytes, at + PIECE_HEADER, end, crc32c(bytes, at, at + 8, seed));
}
