import { createReadStream } from 'node:fs';
import { Transform, type Duplex } from 'node:stream';
import { crc32, createDeflateRaw, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';

/** What archives are packed with here; what else there is (bzip2, xz) has no code in Node. */
export type Packing = 'none' | 'gzip' | 'zstd';

/** By the magic number in at most six bytes; what is shorter or unknown is not packed. */
export function packingOf(start: Uint8Array): Packing | 'bzip2' | 'xz' {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => start[at] === byte);
  if (begins(0x1f, 0x8b)) return 'gzip';
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (begins(0x42, 0x5a, 0x68)) return 'bzip2';
  return begins(0xfd, 0x37, 0x7a, 0x58) ? 'xz' : 'none';
}

/** A stream that packs, `undefined` where nothing is to be done. */
export function packer(packing: Packing): Duplex | undefined {
  return packing === 'gzip' ? createGzip() : packing === 'zstd' ? createZstdCompress() : undefined;
}

/** A stream that unpacks, `undefined` where nothing is to be done. */
export function unpacker(packing: Packing): Duplex | undefined {
  return packing === 'gzip' ? createGunzip() : packing === 'zstd' ? createZstdDecompress() : undefined;
}

/** Bytes of a file, or of standard input for `-`. */
export function inputOf(name: string): AsyncIterable<Buffer> & NodeJS.ReadableStream {
  return name === '-' ? process.stdin : createReadStream(name);
}

/**
 * gzip(1): RFC 1952 with the name and time of the file in the header, which Node's own stream leaves out.
 * `level` is 1 to 9, `mtime` in seconds, 0 for none.
 */
export function gzipMember(level: number, name: string | undefined, mtime: number): Duplex {
  const head = Buffer.from([0x1f, 0x8b, 8, name === undefined ? 0 : 8, 0, 0, 0, 0, 0, 3]);
  head.writeUInt32LE(mtime >>> 0, 4);
  // "XFL": 2 the slowest, 4 the fastest.
  head[8] = level === 9 ? 2 : level === 1 ? 4 : 0;
  const deflate = createDeflateRaw({ level });
  let check = 0;
  let size = 0;
  const member = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      check = crc32(chunk, check);
      size += chunk.length;
      if (deflate.write(chunk)) done();
      else deflate.once('drain', done);
    },
    flush(done) {
      deflate.once('end', () => {
        const tail = Buffer.alloc(8);
        tail.writeUInt32LE(check, 0);
        tail.writeUInt32LE(size % 2 ** 32, 4);
        member.push(tail);
        done();
      });
      deflate.end();
    },
  });
  member.push(name === undefined ? head : Buffer.concat([head, Buffer.from(`${name}\0`)]));
  deflate.on('data', (chunk: Buffer) => member.push(chunk));
  deflate.on('error', (error) => member.destroy(error));
  return member;
}
