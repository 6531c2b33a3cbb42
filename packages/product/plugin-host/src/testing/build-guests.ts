import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { assemble } from '@slipway/assemblyscript';
import makeWabt from 'wabt';
import { withManifest, wrapCoreModule } from '../component/encode-component.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

/** A manifest with an entity `note` of which `title` is indexed. */
export const NOTES_MANIFEST = {
  id: 'notes',
  name: 'Notes',
  version: '1.0.0',
  events: ['note.*'],
  entities: {
    note: {
      fields: {
        title: { type: 'string', required: true, indexed: true },
        count: { type: 'integer', required: false, indexed: true },
        at: { type: 'date', required: false, indexed: true },
        more: { type: 'json', required: false, indexed: false },
      },
    },
  },
} as const;

let wabt: ReturnType<typeof makeWabt> | undefined;

/** wabt is loaded with the first call and kept. */
export async function parseWat(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const module = (await (wabt ??= makeWabt())).parseWat('guest.wat', text, FEATURES);
  try {
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** What is not here is refused by wabt's parser. */
export const FEATURES = {
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  extended_const: true,
} as const;

/**
 * A core module in WAT with all that a plugin must have; `handle` is the body of
 * `handle_event`, whose locals `$t $tl $p $pl` are type and payload. It leaves the address of a
 * result on the stack; that of a good one is 16. Texts of `data` stand from address 1024 on.
 */
export function guestText({
  handle,
  init = '(i32.const 16)',
  tenant = '(i32.const 16)',
  data = '',
  more = '',
}: {
  handle: string;
  init?: string;
  tenant?: string;
  data?: string;
  more?: string;
}): string {
  return `(module
    (import "slipway:plugin/db@1.0.0" "insert" (func $insert (param i32 i32 i32 i32 i32)))
    (import "slipway:plugin/db@1.0.0" "update" (func $update (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "slipway:plugin/db@1.0.0" "delete" (func $delete (param i32 i32 i32 i32 i32)))
    (import "slipway:plugin/db@1.0.0" "query" (func $query (param i32 i32 i32 i32 i32 i32)))
    (import "slipway:plugin/events@1.0.0" "publish" (func $publish (param i32 i32 i32 i32 i32)))
    (import "slipway:plugin/host@1.0.0" "current" (func $current (param i32)))
    (import "slipway:plugin/host@1.0.0" "log" (func $log (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 1024) "${data}")
    (global $top (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (block $fits (loop $more
        (br_if $fits (i32.le_u (global.get $top) (i32.shl (memory.size) (i32.const 16))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
        (br $more)))
      (local.get $at))
    ${more}
    (func $handle (export "handle_event") (param $t i32) (param $tl i32) (param $p i32) (param $pl i32) (result i32)
      (local $i i32) (local $j i32)
      ${handle})
    (func (export "init") (result i32) ${init})
    (func (export "on_tenant_created") (param $t i32) (param $tl i32) (result i32) ${tenant}))`;
}

/** Such a guest as a component with a manifest. */
export async function buildGuest(
  parts: Parameters<typeof guestText>[0],
  manifest: unknown = NOTES_MANIFEST,
): Promise<Uint8Array<ArrayBuffer>> {
  return withManifest(wrapCoreModule(await parseWat(guestText(parts))), manifest);
}

/** Stores the event's payload as a note and publishes it: what most tests want of a plugin. */
export const NOTING_GUEST = {
  data: 'note\\00\\00\\00\\00note.made',
  handle: `
    (call $insert (i32.const 1024) (i32.const 4) (local.get $p) (local.get $pl) (i32.const 64))
    (if (i32.load8_u (i32.const 64)) (then (return (i32.const 64))))
    (call $publish (i32.const 1032) (i32.const 9) (local.get $p) (local.get $pl) (i32.const 64))
    (if (i32.load8_u (i32.const 64)) (then (return (i32.const 64))))
    (i32.const 16)`,
} as const;

const manifestOf = (name: string): unknown => JSON.parse(readFileSync(`${samples}${name}.manifest.json`, 'utf8'));

/** `samples/NAME.as`, compiled by the pinned AssemblyScript. */
export async function buildAssemblyScript(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const core = await assemble(samples, name, ['-O', '--runtime', 'stub']);
  return withManifest(wrapCoreModule(core), manifestOf(name));
}

interface ComponentizeQjs {
  componentize(options: {
    witPath: string;
    jsSource: string;
    sync: true;
    optSize: true;
  }): Promise<{ component: Uint8Array }>;
}

/** `samples/NAME.js` in QuickJS. */
export async function buildJavaScript(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { componentize } = createRequire(import.meta.url)('componentize-qjs') as ComponentizeQjs;
  const { component } = await componentize({
    witPath: `${samples}slipway.wit`,
    jsSource: readFileSync(`${samples}${name}.js`, 'utf8'),
    sync: true,
    optSize: true,
  });
  return withManifest(new Uint8Array(component), manifestOf(name));
}
