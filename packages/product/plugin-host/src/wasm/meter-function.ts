import { COMPONENT_LIMITS } from '../ground/limits.ts';
import { InstantiationError } from '../ground/refusal.ts';
import type { BlockTypes } from './block-types.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type CoreModule, type CoreType, readValueType } from './decode-module.ts';
import { shiftGlobal } from './meter-globals.ts';
import { BULK_OPERATORS, type NanShape, type Operator, PLAIN_OPERATORS, VECTOR_OPERATORS } from './operators.ts';

/** What every frame costs besides its locals and operands: return address, frame pointer, the instance. */
const FRAME_WORDS = 8;
/** Bytes that one unit of fuel copies or fills, as a power of two. */
const BULK_SHIFT = 6;
const PAGE_FUEL = 65_536 >> BULK_SHIFT;

const I32 = 0x7f;
const NAN_TYPES = { f32: 0x7d, f64: 0x7c, f32x4: 0x7b, f64x2: 0x7b } as const;

/** Canonical quiet NaNs as constants, and the comparison that only a NaN fails. */
const NAN_CODE: Readonly<Record<NanShape, { constant: readonly number[]; equal: readonly number[] }>> = {
  f32: { constant: [0x43, 0, 0, 0xc0, 0x7f], equal: [0x5b] },
  f64: { constant: [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], equal: [0x61] },
  f32x4: { constant: [0xfd, 0x0c, ...[0, 1, 2, 3].flatMap(() => [0, 0, 0xc0, 0x7f])], equal: [0xfd, 0x41] },
  f64x2: { constant: [0xfd, 0x0c, ...[0, 1].flatMap(() => [0, 0, 0, 0, 0, 0, 0xf8, 0x7f])], equal: [0xfd, 0x47] },
};

interface Label {
  readonly kind: 'function' | 'block' | 'loop' | 'if' | 'else';
  /** Of the operand stack, below the block's parameters. */
  readonly height: number;
  readonly params: number;
  readonly results: number;
  /** Behind a jump: operands may be missing. */
  unreachable: boolean;
}

/** Rewrites one body; see `meterModule`. */
export function meterFunction(module: CoreModule, type: CoreType, body: ByteReader, types: BlockTypes): ByteWriter {
  const again = new ByteReader(body.bytes, body.at, body.end);
  const meter = new FunctionMeter(module, type, body, types);
  const whole = meter.rewrite();
  // A tail call gives its frame back before it is known how large that is.
  return meter.hasTailCalls ? new FunctionMeter(module, type, again, types, meter.frame).rewrite() : whole;
}

/**
 * Cuts a body into stretches without a jump into or out of them. Each is paid for as a
 * whole where it begins, and what is left is looked at where a function or a turn of a
 * loop begins: so no more than one body's length is run on credit.
 *
 * The costs are those of Wasmtime's: 1 an operator, 0 for nop, drop, block, loop,
 * unreachable, return, else and end, 1 for entering a function, to which we add 1 for each
 * 64 of its locals. Bulk operators pay 1 more for each 64 bytes or entries.
 */
class FunctionMeter {
  readonly #module: CoreModule;
  readonly #type: CoreType;
  readonly #body: ByteReader;
  readonly #blockTypes: BlockTypes;
  readonly #out = new ByteWriter(512);
  readonly #stretch = new ByteWriter(512);
  readonly #labels: Label[] = [];
  readonly #locals: { count: number; type: number }[];
  readonly #ownLocals: number;
  /** Words of one frame: as it was told, until the body is read. */
  frame: number;
  hasTailCalls = false;
  readonly #temporaries = new Map<string, { index: number; type: number }>();
  #cost = 0;
  #checked = true;
  #height = 0;
  #highest = 0;
  #vectors = false;

  constructor(module: CoreModule, type: CoreType, body: ByteReader, blockTypes: BlockTypes, frame = 0) {
    this.frame = frame;
    this.#module = module;
    this.#type = type;
    this.#body = body;
    this.#blockTypes = blockTypes;
    let locals = type.params.length;
    this.#locals = body.list(COMPONENT_LIMITS.locals, 'groups of locals', () => {
      const count = body.u32();
      locals += count;
      if (locals > COMPONENT_LIMITS.locals) {
        throw new InstantiationError(`a function has more than ${COMPONENT_LIMITS.locals} locals`);
      }
      return { count, type: readValueType(body) };
    });
    this.#ownLocals = locals;
    this.#cost = 1 + Math.floor(locals / 64);
  }

  /**
   * The whole body: own and added locals, then the frame is taken from the stack counter (a trap below zero),
   * then the code inside one more block, behind which the frame is given back.
   */
  rewrite(): ByteWriter {
    this.#labels.push({
      kind: 'function',
      height: 0,
      params: 0,
      results: this.#type.results.length,
      unreachable: false,
    });
    while (this.#labels.length > 0) this.#operator();
    this.#body.finish('a function’s body');
    const wide = [...this.#type.params, ...this.#locals.map((group) => group.type)].includes(0x7b) || this.#vectors;
    const frame = (this.frame = FRAME_WORDS + (this.#ownLocals + this.#highest) * (wide ? 2 : 1));
    const added = [...this.#temporaries.values()];
    const whole = new ByteWriter(this.#out.length + 64).u32(this.#locals.length + added.length);
    for (const { count, type } of this.#locals) whole.u32(count).byte(type);
    for (const { type } of added) whole.byte(1, type);
    this.#addTo(whole, 'stack', -frame);
    this.#getMeter(whole, 'stack').byte(0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b);
    whole.byte(0x02);
    this.#blockTypes.write(whole, this.#type.results);
    whole.bytes(this.#out.view());
    // The block's end; whoever returns jumps here.
    whole.byte(0x0b);
    this.#addTo(whole, 'stack', frame);
    return whole.byte(0x0b);
  }

  /** A counter's number: they come right behind the imported globals, in the order of `METER_GLOBALS`. */
  #meter(name: 'fuel' | 'stack' | 'pages' | 'entries' | 'refused'): number {
    return this.#module.importedGlobals + ['fuel', 'stack', 'pages', 'entries', 'refused'].indexOf(name);
  }

  #getMeter(out: ByteWriter, name: 'fuel' | 'stack' | 'pages' | 'entries'): ByteWriter {
    return out.byte(0x23).u32(this.#meter(name));
  }

  /** `global.get`, constant, add, `global.set`: fuel is i64, stack i32. */
  #addTo(out: ByteWriter, name: 'fuel' | 'stack', value: number): void {
    const wide = name === 'fuel';
    this.#getMeter(out, name)
      .byte(wide ? 0x42 : 0x41)
      .s64(value)
      .byte(wide ? 0x7c : 0x6a, 0x24)
      .u32(this.#meter(name));
  }

  /** Traps when the fuel is spent. */
  #checkFuel(out: ByteWriter): void {
    this.#getMeter(out, 'fuel').byte(0x42, 0, 0x53, 0x04, 0x40, 0x00, 0x0b);
  }

  /** Ends the stretch: it is paid for in front of it. `check` asks of the next one whether anything is left. */
  #cut(check = false): void {
    if (this.#cost > 0) this.#addTo(this.#out, 'fuel', -this.#cost);
    if (this.#checked) this.#checkFuel(this.#out);
    this.#out.bytes(this.#stretch.view());
    this.#stretch.clear();
    this.#cost = 0;
    this.#checked = check;
  }

  /** A local of ours behind the module's own, one of a kind in each body: no two uses overlap. */
  #temporary(name: string, type: number): number {
    let known = this.#temporaries.get(name);
    if (!known) {
      known = { index: this.#ownLocals + this.#temporaries.size, type };
      this.#temporaries.set(name, known);
    }
    return known.index;
  }

  get #label(): Label {
    return this.#labels.at(-1)!;
  }

  /**
   * Behind a jump missing operands are allowed (the polymorphic stack of the specification's validation).
   * Types are not looked at: the engine validates what comes out.
   */
  #pop(count: number): void {
    const { height } = this.#label;
    this.#height = this.#label.unreachable ? Math.max(height, this.#height - count) : this.#height - count;
    if (this.#height < height) throw new InstantiationError('an operator has too few operands');
  }

  #push(count: number): void {
    this.#height += count;
    if (this.#height > this.#highest) this.#highest = this.#height;
  }

  #jump(): void {
    this.#label.unreachable = true;
    this.#height = this.#label.height;
  }

  /** Copies one operator into the stretch, with its height and its cost. */
  #operator(): void {
    const body = this.#body;
    const from = body.at;
    const code = body.byte();
    let operator: Operator | undefined = PLAIN_OPERATORS[code];
    let bulk = -1;
    if (code === 0xfc) {
      bulk = body.u32();
      operator = BULK_OPERATORS[bulk];
    } else if (code === 0xfd) {
      operator = VECTOR_OPERATORS[body.u32()];
      this.#vectors = true;
    }
    if (!operator) throw new InstantiationError(`it uses the operator 0x${code.toString(16)}, which is not offered`);
    if (operator.immediate === 'control') {
      if (bulk === 15) this.#growTable();
      else this.#control(code, from);
      return;
    }
    skipImmediate(body, operator);
    if (bulk === 8 || bulk >= 10) this.#payBulk(bulk);
    this.#stretch.bytes(body.bytes.subarray(from, body.at));
    this.#pop(operator.pops);
    this.#push(operator.pushes);
    // Nop and drop.
    this.#cost += code === 0x1a ? 0 : 1;
    if (operator.nan) this.#canonicalize(operator.nan);
  }

  /** x == x ? x : NaN */
  #canonicalize(shape: NanShape): void {
    const { constant, equal } = NAN_CODE[shape];
    const local = this.#temporary(shape, NAN_TYPES[shape]);
    this.#stretch
      .byte(0x22)
      .u32(local)
      .byte(...constant);
    this.#stretch
      .byte(0x20)
      .u32(local)
      .byte(0x20)
      .u32(local)
      .byte(...equal);
    // Select, or bitselect for vectors.
    if (shape === 'f32' || shape === 'f64') this.#stretch.byte(0x1b);
    else this.#stretch.byte(0xfd, 0x52);
  }

  /** The length is on top of the stack. `table.size` has none. */
  #payBulk(bulk: number): void {
    if (bulk === 16 || bulk === 13) return;
    const local = this.#temporary('length', I32);
    const out = this.#stretch;
    this.#getMeter(out.byte(0x22).u32(local), 'fuel').byte(0x20).u32(local);
    out.byte(0xad, 0x42, BULK_SHIFT, 0x88, 0x7d, 0x24).u32(this.#meter('fuel'));
    this.#checkFuel(out);
  }

  /**
   * Operators with rules of their own, by their codes: blocks and jumps, calls (0x10, 0x11), tail calls
   * (0x12, 0x13), `select` with types (0x1c), `ref.null` (0xd0), `memory.grow` (0x40), and what names a local
   * or global. Nop is left out.
   */
  #control(code: number, from: number): void {
    const body = this.#body;
    const copy = () => void this.#stretch.bytes(body.bytes.subarray(from, body.at));
    switch (code) {
      case 0x00:
        copy();
        return this.#jump();
      case 0x01:
        return;
      case 0x02:
      case 0x03:
      case 0x04:
        return this.#enter(code, from);
      case 0x05:
        return this.#otherwise();
      case 0x0b:
        return this.#leave();
      case 0x0c:
      case 0x0d:
      case 0x0e:
        return this.#branch(code, from);
      case 0x0f:
        // To the block around the body.
        this.#pop(this.#type.results.length);
        this.#stretch.byte(0x0c).u32(this.#labels.length - 1);
        this.#cut();
        return this.#jump();
      case 0x10:
      case 0x11:
        return this.#call(code, copy);
      case 0x12:
      case 0x13:
        this.hasTailCalls = true;
        this.#addTo(this.#stretch, 'stack', this.frame);
        this.#call(code, copy);
        this.#cut();
        return this.#jump();
      case 0x1c:
        body.list(1, 'types of a select', () => readValueType(body));
        copy();
        return this.#plain(3, 1);
      case 0xd0:
        readValueType(body);
        copy();
        return this.#plain(0, 1);
      case 0x40:
        return this.#growMemory();
      default:
        return this.#variable(code);
    }
  }

  #plain(pops: number, pushes: number): void {
    this.#pop(pops);
    this.#push(pushes);
    this.#cost++;
  }

  #variable(code: number): void {
    const index = this.#body.u32();
    const out = this.#stretch.byte(code);
    if (code <= 0x22) {
      // The locals that we add come behind: unasked, their numbers would be valid.
      if (index >= this.#ownLocals) throw new InstantiationError('it names a local that is not there');
      out.u32(index);
    } else out.u32(shiftGlobal(this.#module, index));
    if (code === 0x20 || code === 0x23) this.#plain(0, 1);
    else this.#plain(1, code === 0x22 ? 1 : 0);
  }

  /**
   * 0x40 is read as -64: no type. Other negative numbers are one value type, whose byte is read again; the
   * rest are numbers of types.
   */
  #blockType(): { params: number; results: number } {
    const code = this.#body.s33();
    if (code === -64) return { params: 0, results: 0 };
    if (code < 0) {
      this.#body.at--;
      readValueType(this.#body);
      return { params: 0, results: 1 };
    }
    const type = this.#module.types[code];
    if (!type) throw new InstantiationError('a block has a type that is not there');
    return { params: type.params.length, results: type.results.length };
  }

  /** A loop's head begins a stretch that looks at the fuel; a block's does not: nothing jumps to its beginning. */
  #enter(code: number, from: number): void {
    if (this.#labels.length > COMPONENT_LIMITS.nesting) {
      throw new InstantiationError(`more than ${COMPONENT_LIMITS.nesting} blocks stand in each other`);
    }
    const { params, results } = this.#blockType();
    this.#stretch.bytes(this.#body.bytes.subarray(from, this.#body.at));
    if (code === 0x04) {
      this.#pop(1);
      this.#cost++;
    }
    this.#pop(params);
    const kind = code === 0x02 ? 'block' : code === 0x03 ? 'loop' : 'if';
    this.#labels.push({ kind, height: this.#height, params, results, unreachable: false });
    this.#push(params);
    if (code !== 0x02) this.#cut(code === 0x03);
  }

  #otherwise(): void {
    const label = this.#labels.pop();
    if (label?.kind !== 'if') throw new InstantiationError('an else has no if');
    this.#stretch.byte(0x05);
    this.#cut();
    this.#labels.push({ ...label, kind: 'else', unreachable: false });
    this.#height = label.height;
    this.#push(label.params);
  }

  /** Behind an `end` the height is what the block's type says, however it was left. */
  #leave(): void {
    const label = this.#labels.pop()!;
    if (label.kind !== 'function') this.#stretch.byte(0x0b);
    this.#cut();
    this.#height = label.height;
    this.#push(label.results);
  }

  /** Whether a label is there must be asked: the block around the body adds one. */
  #target(): Label {
    const label = this.#labels.at(-1 - this.#body.u32());
    if (!label) throw new InstantiationError('it jumps to a label that is not there');
    return label;
  }

  /** `br_if` alone goes on behind itself; `br_table` also looks up each of its labels. */
  #branch(code: number, from: number): void {
    const body = this.#body;
    if (code === 0x0e) {
      body.list(COMPONENT_LIMITS.items, 'labels of a table', () => this.#target());
      this.#pop(1);
    }
    if (code === 0x0d) this.#pop(1);
    const label = this.#target();
    const arity = label.kind === 'loop' ? label.params : label.results;
    this.#pop(arity);
    this.#push(arity);
    this.#stretch.bytes(body.bytes.subarray(from, body.at));
    this.#cost++;
    this.#cut();
    if (code !== 0x0d) this.#jump();
  }

  /** Indirect calls name a type instead of a function, and take one operand more, the entry's number. */
  #call(code: number, copy: () => void): void {
    const body = this.#body;
    const index = body.u32();
    const indirect = code === 0x11 || code === 0x13;
    const type = !indirect ? this.#module.functions[index] : this.#module.types[index];
    if (!type) throw new InstantiationError('it calls what is not there');
    if (indirect) {
      body.u32();
      this.#pop(1);
    }
    copy();
    this.#plain(type.params.length, type.results.length);
  }

  /** Never more than is left over all memories; a page is paid for when it is there. */
  #growMemory(): void {
    if (this.#body.byte() !== 0) throw new InstantiationError('it uses several memories');
    this.#grow('pages', PAGE_FUEL, () => this.#stretch.byte(0x40, 0));
    this.#plain(1, 1);
  }

  #growTable(): void {
    const table = this.#body.u32();
    const type = this.#module.tables[table];
    if (type === undefined) throw new InstantiationError('it names a table that is not there');
    const count = this.#temporary('count', I32);
    const value = this.#temporary(`value ${type}`, type);
    this.#stretch.byte(0x21).u32(count).byte(0x21).u32(value).byte(0x20).u32(count);
    this.#grow(
      'entries',
      1,
      () => this.#stretch.byte(0xfc, 15).u32(table),
      () => this.#stretch.byte(0x20).u32(value),
    );
    this.#plain(2, 1);
  }

  #grow(counter: 'pages' | 'entries', fuel: number, grow: () => void, before: () => void = () => undefined): void {
    const out = this.#stretch;
    const count = this.#temporary('count', I32);
    const answer = this.#temporary('answer', I32);
    // More than is left? Then -1, as when the engine refuses.
    this.#getMeter(out.byte(0x22).u32(count), counter).byte(0x4b, 0x04, I32);
    out.byte(0x41, 1, 0x24).u32(this.#meter('refused')).byte(0x41, 0x7f, 0x05);
    before();
    out.byte(0x20).u32(count);
    grow();
    out.byte(0x22).u32(answer).byte(0x41, 0x7f, 0x47, 0x04, 0x40);
    this.#getMeter(out, counter).byte(0x20).u32(count).byte(0x6b, 0x24).u32(this.#meter(counter));
    this.#getMeter(out, 'fuel').byte(0x20).u32(count).byte(0xad, 0x42).s64(fuel);
    out.byte(0x7e, 0x7d, 0x24).u32(this.#meter('fuel'));
    out.byte(0x0b, 0x20).u32(answer).byte(0x0b);
  }
}

function skipImmediate(body: ByteReader, { immediate }: Operator): void {
  switch (immediate) {
    case 'memarg':
    case 'memarg-lane': {
      // Bit 6 would name a memory.
      if (body.u32() >= 0x40) throw new InstantiationError('it uses several memories');
      body.u32();
      if (immediate === 'memarg-lane') body.byte();
      return;
    }
    case 'lane':
      return void body.byte();
    case 'v128':
      return void body.take(16);
    case 'leb':
      return body.skipLeb();
    case 'f32':
      return void body.take(4);
    case 'f64':
      return void body.take(8);
    case 'two-indices':
      body.u32();
      return void body.u32();
    case 'index':
      return void body.u32();
    default:
  }
}
