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
  const HEX = '0123456789abcdef';

  export function quote(text: string): string {
    let out = '"';
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 32 && code != 34 && code != 92) continue;
      out += text.substring(from, at);
      out += code < 32 ? '\\u00' + HEX.charAt(code >> 4) + HEX.charAt(code & 15) : '\\' + text.charAt(at);
      from = at + 1;
    }
    return out + text.substring(from) + '"';
  }

  /** A field's text, or its number as text; nothing where there is none, or a list or an object. */
  export function field(data: string, name: string): string {
    let depth = 0;
    let at = 0;
    while (at < data.length) {
      const code = data.charCodeAt(at);
      if (code == 34) {
        const end = endOfText(data, at);
        const colon = afterSpace(data, end);
        // A text before a colon is the name of a field; those of inner objects are not asked for.
        if (depth == 1 && data.charCodeAt(colon) == 58 && unquote(data.substring(at + 1, end - 1)) == name) {
          return valueAt(data, afterSpace(data, colon + 1));
        }
        at = end;
        continue;
      }
      if (code == 123 || code == 91) depth++;
      if (code == 125 || code == 93) depth--;
      at++;
    }
    return '';
  }

  function valueAt(data: string, from: i32): string {
    const code = data.charCodeAt(from);
    if (code == 34) return unquote(data.substring(from + 1, endOfText(data, from) - 1));
    if (code == 123 || code == 91) return '';
    let end = from;
    while (end < data.length && data.charAt(end) != ',' && data.charAt(end) != '}' && data.charCodeAt(end) > 32) end++;
    return data.substring(from, end);
  }

  function afterSpace(data: string, from: i32): i32 {
    let at = from;
    while (at < data.length && data.charCodeAt(at) <= 32) at++;
    return at;
  }

  /** Behind the quote that ends the text which begins at `from`. */
  function endOfText(data: string, from: i32): i32 {
    let at = from + 1;
    while (at < data.length && data.charCodeAt(at) != 34) at += data.charCodeAt(at) == 92 ? 2 : 1;
    return at + 1;
  }

  function unquote(text: string): string {
    let out = '';
    let from = 0;
    let at = text.indexOf('\\');
    while (at >= 0) {
      out += text.substring(from, at);
      const kind = text.charAt(at + 1);
      from = at + 2;
      if (kind == 'u') {
        out += String.fromCharCode(I32.parseInt(text.substring(at + 2, at + 6), 16));
        from = at + 6;
      } else if (kind == 'n') out += '\n';
      else if (kind == 'r') out += '\r';
      else if (kind == 't') out += '\t';
      else if (kind == 'b') out += '\b';
      else if (kind == 'f') out += '\f';
      else out += kind;
      at = text.indexOf('\\', from);
    }
    return out + text.substring(from);
  }
}
