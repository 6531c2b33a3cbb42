// What a plugin in AssemblyScript needs of the world `slipway:plugin@1.0.0`. Texts are UTF-8 outside and UTF-16 inside.
@external('slipway:plugin/db@1.0.0', 'insert')
declare function rawInsert(e: usize, el: usize, j: usize, jl: usize, answer: usize): void;
@external('slipway:plugin/db@1.0.0', 'update')
declare function rawUpdate(e: usize, el: usize, i: usize, il: usize, j: usize, jl: usize, v: u32, answer: usize): void;
@external('slipway:plugin/db@1.0.0', 'query')
declare function rawQuery(e: usize, el: usize, f: usize, fl: usize, limit: u32, answer: usize): void;
@external('slipway:plugin/events@1.0.0', 'publish')
declare function rawPublish(t: usize, tl: usize, j: usize, jl: usize, answer: usize): void;
@external('slipway:plugin/host@1.0.0', 'log')
declare function rawLog(level: i32, m: usize, ml: usize): void;

/** What the host's functions allocate with. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  return old == 0 ? heap.alloc(size) : heap.realloc(old, size);
}

const bytes = (text: string): ArrayBuffer => String.UTF8.encode(text);

/** An outcome without a value: twelve bytes, of which the first says whether there is an error. */
export class Result {
  static error(message: string): usize {
    const text = bytes(message);
    const answer = heap.alloc(12);
    store<u8>(answer, 1);
    store<u32>(answer + 4, changetype<usize>(text) as u32);
    store<u32>(answer + 8, text.byteLength);
    __pin(changetype<usize>(text));
    return answer;
  }
}

const fine = heap.alloc(12);
memory.fill(fine, 0, 12);
export const OK: usize = fine;

function textAt(pointer: usize): string {
  return String.UTF8.decodeUnsafe(load<u32>(pointer) as usize, load<u32>(pointer + 4) as usize);
}

/** Text of the error, or nothing. */
function errorAt(answer: usize): string {
  return load<u8>(answer) == 0 ? '' : textAt(answer + 4);
}

export class Row {
  id: string = '';
  version: u32 = 0;
  data: string = '';
}

export class Rows {
  error: string = '';
  length: u32 = 0;
  first: Row = new Row();
}

export namespace db {
  /** The new row's id; an error ends the call. */
  export function insert(entity: string, json: string): string {
    const e = bytes(entity);
    const j = bytes(json);
    const answer = heap.alloc(12);
    rawInsert(changetype<usize>(e), e.byteLength, changetype<usize>(j), j.byteLength, answer);
    assert(load<u8>(answer) == 0, textAt(answer + 4));
    return textAt(answer + 4);
  }

  export function update(entity: string, id: string, json: string, version: u32): void {
    const e = bytes(entity);
    const i = bytes(id);
    const j = bytes(json);
    const answer = heap.alloc(12);
    rawUpdate(
      changetype<usize>(e), e.byteLength, changetype<usize>(i), i.byteLength, changetype<usize>(j), j.byteLength,
      version, answer,
    );
    assert(load<u8>(answer) == 0, errorAt(answer));
  }

  export function query(entity: string, filter: string, limit: u32): Rows {
    const e = bytes(entity);
    const f = bytes(filter);
    const answer = heap.alloc(12);
    rawQuery(changetype<usize>(e), e.byteLength, changetype<usize>(f), f.byteLength, limit, answer);
    const rows = new Rows();
    rows.error = errorAt(answer);
    if (rows.error.length > 0) return rows;
    rows.length = load<u32>(answer + 8);
    const first = load<u32>(answer + 4) as usize;
    if (rows.length > 0) {
      rows.first.id = textAt(first);
      rows.first.version = load<u32>(first + 8);
      rows.first.data = textAt(first + 12);
    }
    return rows;
  }
}

export namespace events {
  export function publish(type: string, json: string): void {
    const t = bytes(type);
    const j = bytes(json);
    const answer = heap.alloc(12);
    rawPublish(changetype<usize>(t), t.byteLength, changetype<usize>(j), j.byteLength, answer);
    assert(load<u8>(answer) == 0, errorAt(answer));
  }
}

export namespace host {
  export const DEBUG = 0;
  export const INFO = 1;
  export const WARN = 2;
  export const ERROR = 3;

  export function log(level: i32, message: string): void {
    const m = bytes(message);
    rawLog(level, changetype<usize>(m), m.byteLength);
  }

  export function text(pointer: usize, length: usize): string {
    return String.UTF8.decodeUnsafe(pointer, length);
  }
}

/** Enough of JSON for flat objects. */
export namespace json {
  export function quote(text: string): string {
    return '"' + text.replaceAll('\\', '\\\\').replaceAll('"', '\\"') + '"';
  }

  /** A field's text or number; nothing where there is none. */
  export function field(data: string, name: string): string {
    const key = '"' + name + '":';
    let at = data.replaceAll(': ', ':').indexOf(key);
    if (at < 0) return '';
    const flat = data.replaceAll(': ', ':');
    at += key.length;
    if (flat.charAt(at) == '"') return flat.substring(at + 1, flat.indexOf('"', at + 1));
    let end = at;
    while (end < flat.length && flat.charAt(end) != ',' && flat.charAt(end) != '}') end++;
    return flat.substring(at, end);
  }
}
