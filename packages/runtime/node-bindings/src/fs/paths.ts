import { decodeName, encodeName } from '@slipway/vfs';
import { createByteCodec, Encoding, parseEncoding, plain, type ByteCodec } from '../realm/bytes.ts';
import type { Foreign, Realm } from '../realm/realm.ts';

/** Paths as lib hands them over (text or bytes, relative to the working directory) and as it wants them back. */
export class Paths {
  readonly #realm: Realm;
  readonly codec: ByteCodec;

  constructor(realm: Realm) {
    this.#realm = realm;
    this.codec = createByteCodec(realm.host);
  }

  /**
   * BufferValue: the text of a path. Bytes that are no UTF-8 become what vfs
   * takes them back from; a lone surrogate of the program's own is U+FFFD.
   */
  text(path: unknown): string {
    if (typeof path === 'string') return path.isWellFormed() ? path : path.toWellFormed();
    // A copy: the program may change its buffer before a later operation looks at the path.
    return decodeName(plain(path as ArrayBufferView).slice());
  }

  /**
   * From the working directory of the process; not normalised,
   * since `..` after a link is the file system's to resolve.
   */
  absolute(path: string): string {
    return path.startsWith('/') ? path : this.#realm.sys.absolute(path);
  }

  /** StringBytes::Encode of a name, in the encoding the caller asked for. */
  encode(name: string, encoding: unknown): unknown {
    const number = parseEncoding(encoding);
    if (number === Encoding.utf8) return name.isWellFormed() ? name : name.toWellFormed();
    const bytes = encodeName(name);
    return number === Encoding.buffer ? this.#buffer(bytes) : this.codec.decode(bytes, 0, bytes.length, number);
  }

  #buffer(bytes: Uint8Array): Foreign {
    return this.#realm.requireBuiltin('buffer').Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
