/**
 * Runs inside the pinned Node (`--expose-internals`) and prints what it is made
 * of as one JSON file: sources of lib, shapes and constants of every binding.
 *
 *   node --expose-internals build/dump.cts <out.json>
 */
const { internalBinding } = require('internal/test/binding');
const fs = require('node:fs') as typeof import('node:fs');

const NULL_PROTOTYPE_MARK = '@null';
const IGNORED_STATICS = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const natives: Record<string, string> = internalBinding('builtins').natives;

function bindingNames(): string[] {
  const names = new Set<string>();
  for (const source of Object.values(natives)) {
    for (const match of source.matchAll(/internalBinding\(\s*'([a-z0-9_]+)'\s*\)/g)) names.add(match[1]!);
  }
  // `natives` is the sources themselves; the other two do not exist in this build.
  for (const absent of ['natives', 'internal_only_v8', 'quic']) names.delete(absent);
  return [...names].sort();
}

function isTypedArray(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value);
}

/** Scalars and constant objects only; functions without constant statics vanish. */
function constantsOf(value: unknown, depth: number): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') throw new Error('Cannot dump a bigint constant: the JSON form has none');
  if (typeof value === 'function') {
    const statics: Record<string, Json> = {};
    for (const key of Object.getOwnPropertyNames(value)) {
      if (IGNORED_STATICS.has(key)) continue;
      const found = constantsOf((value as unknown as Record<string, unknown>)[key], depth + 1);
      if (found !== undefined) statics[key] = found;
    }
    return Object.keys(statics).length > 0 ? statics : undefined;
  }
  if (typeof value !== 'object' || isTypedArray(value) || depth > 4) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => constantsOf(item, depth + 1));
    return items.some((item) => item === undefined) ? undefined : (items as Json[]);
  }
  if (value instanceof Map) return [...value].map((entry) => constantsOf(entry, depth + 1) ?? null);
  const members: Record<string, Json> = {};
  if (Object.getPrototypeOf(value) === null && depth > 0) members[NULL_PROTOTYPE_MARK] = true;
  for (const key of Object.getOwnPropertyNames(value)) {
    const found = constantsOf((value as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) members[key] = found;
  }
  return members;
}

function shapeOf(value: unknown, depth: number): Json {
  if (typeof value === 'function') {
    const prototype = value.prototype
      ? Object.getOwnPropertyNames(value.prototype).filter((key) => key !== 'constructor')
      : [];
    const statics: Record<string, Json> = {};
    for (const key of Object.getOwnPropertyNames(value)) {
      if (!IGNORED_STATICS.has(key)) statics[key] = typeof (value as unknown as Record<string, unknown>)[key];
    }
    if (!value.prototype) return { kind: 'function', length: value.length };
    const parentPrototype = Object.getPrototypeOf(value.prototype) as object | null;
    const parent = parentPrototype && parentPrototype !== Object.prototype ? parentPrototype.constructor.name : null;
    return { kind: 'class', prototype, parent, statics };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', type: typeof value };
  if (isTypedArray(value)) return { kind: 'typed-array', type: value.constructor.name, length: value.length };
  if (Array.isArray(value) || depth > 2) return { kind: 'scalar', type: Array.isArray(value) ? 'array' : 'object' };
  return { kind: 'object', members: memberShapes(value, depth + 1) };
}

function memberShapes(holder: object, depth: number): Record<string, Json> {
  const members: Record<string, Json> = {};
  for (const key of Object.getOwnPropertyNames(holder))
    members[key] = shapeOf((holder as Record<string, unknown>)[key], depth);
  return members;
}

function descriptions(symbols: Record<string, symbol>): Record<string, string> {
  return Object.fromEntries(Object.entries(symbols).map(([name, value]) => [name, value.description ?? '']));
}

const bindings: Record<string, Json> = {};
const shapes: Record<string, Json> = {};
for (const name of bindingNames()) {
  const binding = internalBinding(name);
  shapes[name] = memberShapes(binding, 0);
  // Held elsewhere in the dump, or not constant at all.
  if (['builtins', 'constants', 'config', 'uv', 'options', 'symbols', 'messaging'].includes(name)) continue;
  const constants = constantsOf(binding, 0) as Record<string, Json>;
  if (Object.keys(constants).length > 0) bindings[name] = constants;
}
delete (shapes['builtins'] as Record<string, Json>)['natives'];

const options = internalBinding('options');
const uv = internalBinding('uv');
const builtins = internalBinding('builtins');

const data = {
  nodeVersion: process.version,
  constants: constantsOf(internalBinding('constants'), 0),
  config: constantsOf(internalBinding('config'), 0),
  uv: { codes: constantsOf(uv, 0), errorMap: [...uv.getErrorMap()] },
  options: {
    values: optionValues(),
    info: [...options.getCLIOptionsInfo().options],
    aliases: [...options.getCLIOptionsInfo().aliases],
    envSettings: { ...options.envSettings },
    types: { ...options.types },
    embedder: { ...options.getEmbedderOptions() },
    v8Flags: v8Flags(),
    perProcess: perProcessOptions(),
  },
  symbols: descriptions(internalBinding('symbols')),
  privateSymbols: descriptions(internalBinding('util').privateSymbols),
  builtinIds: builtins.builtinIds,
  builtinCategories: {
    cannotBeRequired: [...builtins.builtinCategories.cannotBeRequired],
    canBeRequired: [...builtins.builtinCategories.canBeRequired],
  },
  process: {
    version: process.version,
    versions: { ...process.versions },
    release: { ...process.release },
    features: { ...process.features },
    configJson: builtins.config,
  },
  bindings,
};

/** V8 tells its flags only in its help text: a name per line, its type on the next. */
function v8Flags(): { boolean: string[]; valued: string[] } {
  const help: string = require('node:child_process').execFileSync(process.execPath, ['--v8-options'], {
    encoding: 'utf8',
  });
  const flags = { boolean: [] as string[], valued: [] as string[] };
  for (const [, name, type] of help.matchAll(/^  --([\w-]+) \([^]*?\n\s+type: (\w+)/gm))
    (type === 'bool' ? flags.boolean : flags.valued).push(name!);
  return flags;
}

/** Options that a thread cannot have: the handle of a worker that is never started says so. */
function perProcessOptions(): string[] {
  const { Worker } = internalBinding('worker');
  const { types } = options;
  const names: string[] = [];
  for (const [name, { type }] of options.getCLIOptionsInfo().options) {
    if (!name.startsWith('--')) continue;
    const takesValue = ![types.kNoOp, types.kV8Option, types.kBoolean].includes(type);
    const word = takesValue ? `${name}=1` : name;
    const handle = new Worker('', null, [word], new Float64Array(4), true, false, '');
    if (handle.invalidExecArgv?.[0] === word) names.push(name);
  }
  return names;
}

/** Without what the command line of this very run has set. */
function optionValues(): Record<string, Json> {
  const values = { ...options.getCLIOptionsValues() };
  values['--expose-internals'] = false;
  if ('--no-expose-internals' in values) values['--no-expose-internals'] = true;
  return values;
}

/**
 * Every elliptic curve of OpenSSL, as OpenSSL itself writes it: what a key of "explicit" parameters says of its field,
 * equation, seed, base point, order and cofactor (RFC 3279, 2.3.5), and its names.
 */
function ellipticCurves(): Json[] {
  const crypto = require('node:crypto') as typeof import('node:crypto');
  const names = crypto.getCurves();
  const aliases = nistNames(crypto, names);
  return names.map((name) => {
    const pair = (paramEncoding: 'named' | 'explicit') =>
      crypto.generateKeyPairSync('ec', { namedCurve: name, paramEncoding });
    const explicit = pair('explicit');
    const [, parameters] = algorithmOf(explicit.publicKey.export({ type: 'spki', format: 'der' }));
    const imported = crypto.createPublicKey(explicit.publicKey.export({ type: 'spki', format: 'pem' }));
    return {
      name,
      oid: oidOf(pair('named').publicKey),
      nist: aliases.get(name) ?? null,
      // Some curves have two names: parameters are recognised as one of them.
      recognised: imported.asymmetricKeyDetails?.namedCurve ?? name,
      signs: canSign(crypto, explicit.privateKey),
      parameters: parameters!.toString('hex'),
    };
  });
}

/** NIST's names (FIPS 186-4, D.1.2: P-224, K-233, B-233), of which OpenSSL has no list: by the name they stand for. */
function nistNames(crypto: typeof import('node:crypto'), names: readonly string[]): Map<string, string> {
  const degrees = new Set(names.flatMap((name) => /\d{3}/.exec(name)?.[0] ?? []));
  const found = new Map<string, string>();
  for (const alias of [...degrees].flatMap((degree) => ['P', 'K', 'B'].map((kind) => `${kind}-${degree}`))) {
    try {
      const { publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: alias });
      found.set(publicKey.asymmetricKeyDetails!.namedCurve!, alias);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_CRYPTO_INVALID_CURVE') throw error;
    }
  }
  return found;
}

/** In hex, DER's content; null for the two of Oakley, which have none. */
function oidOf(key: import('node:crypto').KeyObject): string | null {
  try {
    const [, oid] = algorithmOf(key.export({ type: 'spki', format: 'der' }));
    return oid!.subarray(2).toString('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_OSSL_MISSING_OID') throw error;
    return null;
  }
}

function canSign(crypto: typeof import('node:crypto'), key: import('node:crypto').KeyObject): boolean {
  try {
    crypto.sign('sha256', Buffer.from('text'), key);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_OSSL_EC_BN_LIB') throw error;
    return false;
  }
}

/** The OID and the parameters of an SPKI's algorithm, in DER: none of their lengths needs more than three bytes. */
function algorithmOf(spki: Buffer): Buffer[] {
  const split = (at: number): [begin: number, end: number] => {
    const long = spki[at + 1]! > 0x80 ? spki[at + 1]! & 0x7f : 0;
    const begin = at + 2 + long;
    return [begin, begin + (long === 0 ? spki[at + 1]! : spki.readUIntBE(at + 2, long))];
  };
  const [inner] = split(0);
  const [algorithm] = split(inner);
  const [, oidEnd] = split(algorithm);
  const [, end] = split(oidEnd);
  return [spki.subarray(algorithm, oidEnd), spki.subarray(oidEnd, end)];
}

fs.writeFileSync(process.argv[2]!, JSON.stringify({ natives, data, shapes, curves: ellipticCurves() }));
// The workers that were never started hold their ports open.
process.exit(0);
