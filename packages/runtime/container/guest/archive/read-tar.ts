import { Failure } from '../program/run-program.ts';
import type { ByteSource } from './byte-source.ts';
import {
  BLOCK,
  decodeHeader,
  type MemberType,
  paddingOf,
  parsePax,
  type TarHeader,
  type TarMember,
} from './tar-header.ts';

/** Of names and pax records; more is no archive. */
const MAX_META_BYTES = 1024 * 1024;
/** tar's exit status for what ends it, against 1 for what is only different. */
const FATAL = 2;
const NOT_AN_ARCHIVE = 'This does not look like a tar archive\ntar: Exiting with failure status due to previous errors';
const CUT_OFF = 'Unexpected EOF in archive\ntar: Error is not recoverable: exiting now';

/** Members in their order. The contents of one are read, or passed by, before the next is asked for. */
export async function* readTar(source: ByteSource): AsyncGenerator<{ member: TarMember; body: TarBody }, void> {
  let global = new Map<string, string>();
  let extra = new Map<string, string>();
  let first = true;
  for (;;) {
    const block = await source.read(BLOCK);
    if (block.length < BLOCK && first) throw new Failure(NOT_AN_ARCHIVE, FATAL);
    if (block.length === 0) return;
    if (block.length < BLOCK) throw new Failure(CUT_OFF, FATAL);
    // Two blocks of zeros are the end; many archives have one.
    if (block.every((byte) => byte === 0)) return;
    const header = decodeHeader(block);
    if (header === undefined) throw new Failure(NOT_AN_ARCHIVE, FATAL);
    first = false;
    if ('xgLK'.includes(header.type)) {
      const text = await readMeta(source, header.size);
      if (header.type === 'x') extra = new Map([...extra, ...parsePax(text)]);
      else if (header.type === 'g') global = new Map([...global, ...parsePax(text)]);
      else extra.set(header.type === 'L' ? 'path' : 'linkpath', text.toString().replace(/\0.*$/s, ''));
      continue;
    }
    const member = merge(header, new Map([...global, ...extra]));
    extra = new Map();
    const body = new TarBody(source, member.size);
    yield { member, body };
    await body.finish();
  }
}

/** Names and records come as contents of a member of their own, filled up to the next block. */
async function readMeta(source: ByteSource, size: number): Promise<Buffer> {
  if (size > MAX_META_BYTES) throw new Failure(`A header of ${size} bytes is larger than ${MAX_META_BYTES}`, FATAL);
  const bytes = await source.read(size);
  await source.skip(paddingOf(size));
  return bytes;
}

/**
 * Records of pax and GNU's long names outdo the header. Types beyond `6` are taken for files, as POSIX wants
 * it; members of types 1 to 5 have no contents, whatever size they name.
 */
function merge(header: TarHeader, records: ReadonlyMap<string, string>): TarMember {
  const number = (name: string, otherwise: number): number => {
    const value = records.get(name);
    return value === undefined || Number.isNaN(Number(value)) ? otherwise : Number(value);
  };
  const type = /^[1-6]$/.test(header.type) ? (header.type as MemberType) : '0';
  const name = records.get('path') ?? header.name;
  return {
    ...header,
    // Before ustar a folder was a file whose name ends with a slash.
    type: type === '0' && name.endsWith('/') ? '5' : type,
    name,
    linkName: records.get('linkpath') ?? header.linkName,
    size: '12345'.includes(header.type) ? 0 : number('size', header.size),
    mtime: number('mtime', header.mtime),
    uid: number('uid', header.uid),
    gid: number('gid', header.gid),
    owner: records.get('uname') ?? header.owner,
    group: records.get('gname') ?? header.group,
  };
}

/** A stream: `finish` must be called before the next header is read, or the rest of it is taken for one. */
export class TarBody {
  readonly #source: ByteSource;
  #left: number;
  #padding: number;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#left = size;
    this.#padding = paddingOf(size);
  }

  /** Throws a Failure where the archive ends in the middle. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    while (this.#left > 0) {
      const chunk = await this.#source.some(this.#left);
      if (chunk.length === 0) throw new Failure(`Unexpected EOF in archive\ntar: ${CUT_OFF}`, FATAL);
      this.#left -= chunk.length;
      yield chunk;
    }
  }

  async finish(): Promise<void> {
    for await (const _chunk of this.chunks());
    await this.#source.skip(this.#padding);
    this.#padding = 0;
  }
}
