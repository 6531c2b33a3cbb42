/**
 * File trees as the client mounts and exports them, in two codings of one shape:
 *
 *   directory  {d: {name: node}}
 *   file       {f: {c: text}} | {f: {c: chars 0-255, b: true}} | {f: {c: bin}} (msgpack)
 *   link       {f: {l: target}}
 *
 * A file may have its mode beside, `m`: ours writes it where somebody knows it, the client neither writes nor reads it.
 *
 * Both are decoded completely before anybody is given an entry, so a payload
 * with something wrong in it changes nothing.
 */
import { decode, encode } from '@msgpack/msgpack';
import { WireError } from './wire-error.ts';

/**
 * Paths are relative, with slashes. Without `mode` nobody knows it: neither coding of the client's has a place for
 * modes and times.
 */
export type TreeEntry =
  | { readonly type: 'directory'; readonly path: string }
  | { readonly type: 'file'; readonly path: string; readonly bytes: Uint8Array; readonly mode?: number }
  | { readonly type: 'link'; readonly path: string; readonly target: string };

/** Depth in folders; `payloadBytes` of the payload as it came, before it is decoded. */
export interface TreeLimits {
  readonly depth: number;
  readonly entries: number;
  readonly payloadBytes: number;
}

/** JSON.parse takes at most one string, 2^29 characters in V8. */
export const defaultTreeLimits: TreeLimits = { depth: 256, entries: 1_000_000, payloadBytes: 512 * 1024 * 1024 };

const OPEN_BRACE = 0x7b;
const MAX_NAME_BYTES = 255;
/** Read, write and run, for three; neither setuid nor the like. */
const MAX_MODE = 0o777;

const utf8 = new TextEncoder();

function isMsgpackMap(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x80 && byte <= 0x8f) || byte === 0xde || byte === 0xdf);
}

/** Entries with relative paths, parents before children. Throws a WireError for anything that is not a tree. */
export function decodeTree(payload: Uint8Array, limits: TreeLimits = defaultTreeLimits): readonly TreeEntry[] {
  if (payload.length > limits.payloadBytes)
    throw new WireError(`Cannot mount: the payload has ${payload.length} bytes, more than ${limits.payloadBytes}`);
  const first = payload[0];
  if (first === OPEN_BRACE) return flatten(parseJson(payload), limits);
  if (isMsgpackMap(first)) return flatten(parseMsgpack(payload), limits);
  throw new WireError('Cannot mount: the payload is neither a JSON tree nor a binary snapshot');
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    throw new WireError('Cannot mount: the payload is not valid JSON', { cause: error });
  }
}

function parseMsgpack(payload: Uint8Array): unknown {
  try {
    // Refuses a `__proto__` key and any length the payload cannot hold.
    return decode(payload, {
      maxStrLength: payload.length,
      maxBinLength: payload.length,
      maxMapLength: payload.length,
      maxArrayLength: 0,
      maxExtLength: 0,
    });
  } catch (error) {
    throw new WireError('Cannot mount: the payload is not a valid snapshot', { cause: error });
  }
}

function asMap(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw new WireError(`Cannot mount: ${where} is not a map`);
  return value as Record<string, unknown>;
}

function own(map: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function checkName(name: string, parent: string): void {
  const quoted = JSON.stringify(name.slice(0, 80));
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
    throw new WireError(`Cannot mount: ${quoted} in "${parent}" is not a file name`);
  // A legal name, but neither coding of the protocol can carry it to the other side.
  if (name === '__proto__')
    throw new WireError(`Cannot mount: ${quoted} in "${parent}" is not supported as a file name`);
  if (name.length > MAX_NAME_BYTES / 4 && utf8.encode(name).length > MAX_NAME_BYTES)
    throw new WireError(`Cannot mount: ${quoted} in "${parent}" is longer than ${MAX_NAME_BYTES} bytes`);
}

/** A stack of our own: a payload must not be able to exhaust the machine's. */
function flatten(root: unknown, limits: TreeLimits): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  const top = own(asMap(root, 'the root'), 'd');
  if (top === undefined) throw new WireError('Cannot mount: the root is not a directory');
  const pending: { map: Record<string, unknown>; path: string; depth: number }[] = [
    { map: asMap(top, 'the root'), path: '', depth: 1 },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.depth > limits.depth)
      throw new WireError(`Cannot mount: directories are nested deeper than ${limits.depth}`);
    for (const name of Object.keys(next.map)) {
      checkName(name, next.path);
      if (entries.length >= limits.entries) throw new WireError(`Cannot mount: more than ${limits.entries} entries`);
      const path = next.path === '' ? name : `${next.path}/${name}`;
      const node = asMap(next.map[name], `"${path}"`);
      const children = own(node, 'd');
      const file = own(node, 'f');
      if ((children === undefined) === (file === undefined))
        throw new WireError(`Cannot mount: "${path}" must be either a directory or a file`);
      if (children !== undefined) {
        entries.push({ type: 'directory', path });
        pending.push({ map: asMap(children, `"${path}"`), path, depth: next.depth + 1 });
      } else entries.push(fileEntry(path, asMap(file, `"${path}"`)));
    }
  }
  return entries;
}

function fileEntry(path: string, file: Record<string, unknown>): TreeEntry {
  const content = own(file, 'c');
  const target = own(file, 'l');
  if ((content === undefined) === (target === undefined))
    throw new WireError(`Cannot mount: "${path}" must have either content or a link target`);
  if (target !== undefined) {
    if (typeof target !== 'string' || target === '' || target.length > 4095 || target.includes('\0'))
      throw new WireError(`Cannot mount: link target of "${path}" is not a path`);
    return { type: 'link', path, target };
  }
  const mode = modeOf(path, own(file, 'm'));
  if (content instanceof Uint8Array) return { type: 'file', path, bytes: content, ...mode };
  if (typeof content !== 'string') throw new WireError(`Cannot mount: content of "${path}" is neither text nor bytes`);
  const bytes = own(file, 'b') === true ? latin1Bytes(content, path) : utf8.encode(content);
  return { type: 'file', path, bytes, ...mode };
}

function modeOf(path: string, mode: unknown): { readonly mode?: number } {
  if (mode === undefined) return {};
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > MAX_MODE)
    throw new WireError(`Cannot mount: mode of "${path}" is none`);
  return { mode };
}

function latin1Bytes(text: string, path: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 255) throw new WireError(`Cannot mount: binary content of "${path}" has a character above 255`);
    bytes[at] = code;
  }
  return bytes;
}

interface FileNode<C> {
  f: { c: C; b?: true; m?: number } | { l: string };
}
interface DirectoryNode<C> {
  d: Record<string, DirectoryNode<C> | FileNode<C>>;
}

function nest<C>(
  entries: Iterable<TreeEntry>,
  file: (bytes: Uint8Array) => { c: C; b?: true },
  link: (entry: { path: string; target: string }) => FileNode<C>,
): DirectoryNode<C> {
  const root: DirectoryNode<C> = { d: Object.create(null) as DirectoryNode<C>['d'] };
  const directories = new Map<string, DirectoryNode<C>>([['', root]]);
  const directory = (path: string): DirectoryNode<C> => {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const made: DirectoryNode<C> = { d: Object.create(null) as DirectoryNode<C>['d'] };
    directories.set(path, made);
    attach(path, made);
    return made;
  };
  const attach = (path: string, node: DirectoryNode<C> | FileNode<C>): void => {
    const slash = path.lastIndexOf('/');
    directory(slash < 0 ? '' : path.slice(0, slash)).d[path.slice(slash + 1)] = node;
  };
  for (const entry of entries) {
    if (entry.type === 'directory') directory(entry.path);
    else if (entry.type === 'file')
      attach(entry.path, { f: { ...file(entry.bytes), ...(entry.mode === undefined ? {} : { m: entry.mode }) } });
    else attach(entry.path, link(entry));
  }
  return root;
}

/** `export(…, {format: 'json'})`: the client parses it back. Files that are not UTF-8 travel as characters 0-255. */
export function encodeJsonTree(entries: Iterable<TreeEntry>): Uint8Array<ArrayBuffer> {
  // A decoder that kept no byte order mark would change the file.
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const content = (bytes: Uint8Array): { c: string; b?: true } => {
    try {
      return { c: strict.decode(bytes) };
    } catch {
      // Not UTF-8: not an error, the other form of the same field.
      return { c: latin1Text(bytes), b: true };
    }
  };
  const tree = nest(entries, content, ({ target }) => ({ f: { l: target } }));
  try {
    return utf8.encode(JSON.stringify(tree));
  } catch (error) {
    throw new WireError(
      'Cannot export as JSON: the tree is too large for one string, use the format "binary" or "zip"',
      { cause: error },
    );
  }
}

function latin1Text(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}

/**
 * `export(…, {format: 'binary'})`: what `@webcontainer/snapshot` writes, so it can
 * be mounted again. Links as `l`, which that package lacks.
 */
export function encodeSnapshot(entries: Iterable<TreeEntry>): Uint8Array<ArrayBuffer> {
  const tree = nest(
    entries,
    (bytes) => ({ c: bytes }),
    ({ target }) => ({ f: { l: target } }),
  );
  return encode(tree, { maxDepth: 2 * defaultTreeLimits.depth + 8 });
}
