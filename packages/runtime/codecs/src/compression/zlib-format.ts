import type { CodecError } from './codec.ts';

/** `zlib.constants`: modes, flush values and results used here (zlib.h, node_zlib.cc). */
export const Mode = { deflate: 1, inflate: 2, gzip: 3, gunzip: 4, deflateRaw: 5, inflateRaw: 6, unzip: 7 } as const;
/** Flush value: no input follows. */
export const Z_FINISH = 4;
/** Return codes of zlib.h; lib shows the negative ones to programs as `errno`. */
export const Result = {
  ok: 0,
  streamEnd: 1,
  needDict: 2,
  streamError: -2,
  dataError: -3,
  memError: -4,
  bufError: -5,
} as const;

/** `code` of lib's errors. */
const resultNames: Readonly<Record<number, string>> = {
  0: 'Z_OK',
  1: 'Z_STREAM_END',
  2: 'Z_NEED_DICT',
  [-1]: 'Z_ERRNO',
  [-2]: 'Z_STREAM_ERROR',
  [-3]: 'Z_DATA_ERROR',
  [-4]: 'Z_MEM_ERROR',
  [-5]: 'Z_BUF_ERROR',
  [-6]: 'Z_VERSION_ERROR',
};

/**
 * Arguments of deflateInit2 and inflateInit2, and the dictionary. `windowBits` is 8 to 15 without zlib's offsets
 * for the format, which follow from `mode`; `level` -1 is zlib's default.
 */
export interface ZlibOptions {
  readonly mode: number;
  readonly windowBits: number;
  readonly level: number;
  readonly memLevel: number;
  readonly strategy: number;
  readonly dictionary: Uint8Array | undefined;
}

/** ZlibContext::GetErrorInfo: what is wrong after a step that had this result. */
export function zlibFailure(
  result: number,
  about: { cutShort: boolean; hasDictionary: boolean; message: string | undefined },
): CodecError | undefined {
  switch (result) {
    case Result.ok:
    case Result.bufError:
      return about.cutShort ? describeFailure('unexpected end of file', Result.bufError, about.message) : undefined;
    case Result.streamEnd:
      return undefined;
    case Result.needDict:
      return describeFailure(about.hasDictionary ? 'Bad dictionary' : 'Missing dictionary', result, about.message);
    default:
      return describeFailure('Zlib error', result, about.message);
  }
}

/** zlib's own words where it has some; pako leaves '' where there are none. */
export function describeFailure(message: string, errno: number, own: string | undefined): CodecError {
  return { message: own ? own : message, errno, code: resultNames[errno] ?? 'Z_ERRNO' };
}
