/** Transformation with memory: in the process, and between processes where a cache is given. */
import { mayNeedTransform, transformLiveModule, transformModule, transformScript, type LoadParse, type TransformedScript } from '../transform/transform.ts';
import type { ModuleBody, ModuleTables, ScannedModule } from '../transform/tables.ts';
import { textHash } from './text-hash.ts';
import type { TransformCache } from './transform-cache.ts';

/** Changes whenever the same text would be transformed differently. */
const VERSION = 1;
/** Below this a look into the cache costs more than the work. */
const WORTH_CACHING = 20_000;

export class Transforms {
  readonly #loadParse: LoadParse;
  readonly #cache: () => TransformCache | undefined;

  constructor(loadParse: LoadParse, cache: () => TransformCache | undefined) {
    this.#loadParse = loadParse;
    this.#cache = cache;
  }

  module(source: string): ScannedModule {
    return this.#remember('m', source, () => transformModule(source, this.#loadParse), encodeModule, decodeModule);
  }

  liveModule(source: string): ModuleBody {
    return this.#remember('l', source, () => transformLiveModule(source, this.#loadParse), (body) => encodeBody(body), decodeBody);
  }

  script(source: string): TransformedScript | undefined {
    if (!mayNeedTransform(source)) return undefined;
    return this.#remember('s', source, () => transformScript(source, this.#loadParse), encodeScript, decodeScript);
  }

  #remember<Value>(kind: string, source: string, make: () => Value, encode: (value: Value) => string, decode: (text: string) => Value): Value {
    const cache = source.length < WORTH_CACHING ? undefined : this.#cache();
    if (cache === undefined) return make();
    const key = `${kind}${VERSION}-${textHash(source)}`;
    const known = cache.get(key);
    if (known !== undefined) return decode(known);
    const value = make();
    cache.put(key, encode(value));
    return value;
  }
}

function encodeModule({ tables, body }: ScannedModule): string {
  return encodeBody(body, tables);
}

function decodeModule(text: string): ScannedModule {
  const { body, tables } = decode(text);
  return { tables: tables as ModuleTables, body };
}

/** One line of JSON, then the text as it is. */
function encodeBody({ prefix, text, shifts }: ModuleBody, tables?: ModuleTables): string {
  return `${JSON.stringify({ prefix, shifts, tables })}\n${text}`;
}

function decodeBody(text: string): ModuleBody {
  return decode(text).body;
}

/** Nothing to change is a finding too, and the dearer one to make again. */
function encodeScript(script: TransformedScript | undefined): string {
  return script === undefined ? '' : encodeBody(script);
}

function decodeScript(text: string): TransformedScript | undefined {
  return text === '' ? undefined : decodeBody(text);
}

function decode(text: string): { body: ModuleBody; tables: ModuleTables | undefined } {
  const end = text.indexOf('\n');
  const { prefix, shifts, tables } = JSON.parse(text.slice(0, end)) as { prefix: string; shifts: number[]; tables?: ModuleTables };
  return { body: { prefix, shifts, text: text.slice(end + 1) }, tables };
}
