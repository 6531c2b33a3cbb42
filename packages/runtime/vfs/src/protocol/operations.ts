/**
 * What a slot can ask of the writer: ONE table, which both sides read.
 *
 * A line says what a request is called, which arguments it has and how each
 * travels. From it follow the calls of the clients (`DirectCalls`), how a
 * request is packed and unpacked (`request.ts`), and the handlers the writer
 * must have (`Handlers`): without its handler a line does not compile.
 *
 * A request's number is its place here. Both sides of one memory always come
 * from one build, so lines may move.
 */

/**
 * How an argument travels. At most two texts, one `bytes` and `SLOT_NUMBERS` of the others fit a request.
 * An `ino` comes first and reaches the handler as the index of a living inode; for a stale one the writer answers
 * ESTALE.
 */
export type Kind = 'text' | 'number' | 'ino' | 'flag' | 'bytes';

/** Whatever can be packed into a slot. */
export type Argument = string | number | boolean | Uint8Array;

/** Bytes of a request where they lie in the shared buffer: the caller's own, so they may change under the writer. */
export interface SharedBytes {
  readonly at: number;
  readonly length: number;
}

type Call = (...args: never[]) => unknown;
type KindOf<T> = T extends string
  ? 'text'
  : T extends boolean
    ? 'flag'
    : T extends Uint8Array
      ? 'bytes'
      : 'number' | 'ino';
type Kinds<Args extends readonly unknown[]> = { [Place in keyof Args]: KindOf<Args[Place]> };
type InWriter<Args extends readonly unknown[]> = {
  [Place in keyof Args]: Args[Place] extends Uint8Array ? SharedBytes : Args[Place];
};

/** `kinds` says how each argument is packed into a slot. */
export interface Operation<F extends Call = Call> {
  readonly kinds: readonly Kind[];
  /** What the caller is told, where that is more than the writer's number. `text` is what came with it. */
  readonly answer: ((result: number, text: () => string) => ReturnType<F>) | undefined;
}

/** A call that answers the writer's number as it is. */
function operation<F extends (...args: never[]) => number>(...kinds: Kinds<Parameters<F>>): Operation<F> {
  return { kinds, answer: undefined };
}

/** A call whose answer is made of the number and the text beside it. */
function answered<F extends Call>(
  kinds: Kinds<Parameters<F>>,
  answer: NonNullable<Operation<F>['answer']>,
): Operation<F> {
  return { kinds, answer };
}

/** Requests that are a call of the clients each. */
export const directOperations = {
  truncate: operation<(ino: number, size: number) => number>('ino', 'number'),
  mkdir: operation<(path: string, mode: number) => number>('text', 'number'),
  /** mkdir -p. `created` is the first directory made, or `undefined` when all existed. */
  mkdirAll: answered<(path: string, mode: number) => { errno: number; created?: string }>(
    ['text', 'number'],
    (made, text) => (made > 0 ? { errno: 0, created: text() } : { errno: made }),
  ),
  rmdir: operation<(path: string) => number>('text'),
  unlink: operation<(path: string) => number>('text'),
  /** rm -rf of one tree; 0 also when it is not there. */
  removeTree: operation<(path: string) => number>('text'),
  /** A name that is there is replaced in one step, as rename(2) promises. */
  rename: operation<(from: string, to: string) => number>('text', 'text'),
  link: operation<(existing: string, path: string) => number>('text', 'text'),
  symlink: operation<(target: string, path: string) => number>('text', 'text'),
  /** A name for a FIFO or a socket, by the type bits of `mode`; what goes through it is its callers' business. */
  mknod: operation<(path: string, mode: number) => number>('text', 'number'),
  chmod: operation<(ino: number, mode: number) => number>('ino', 'number'),
  /** As chown(2), -1 leaves a side as it is. */
  chown: operation<(ino: number, uid: number, gid: number) => number>('ino', 'number', 'number'),
  /** ctime becomes now. */
  utimes: operation<(ino: number, atimeMs: number, mtimeMs: number) => number>('ino', 'number', 'number'),
  /** One file's content to another name, in one step and without passing through the caller; keeps the permissions. */
  copyFile: operation<(from: string, to: string, exclusive: boolean) => number>('text', 'text', 'flag'),
  /** Brings back what was kept, and keeps what changes from now on: 1 when there was something, 0 when nothing was. */
  restore: operation<() => number>(),
  /** What is kept is on the disk when this is answered; 0 also where nothing is kept. EIO when that has failed. */
  persist: operation<() => number>(),
  /** Ends the keeping: what was kept stays, for whoever keeps on. */
  letGo: operation<() => number>(),
};

/** Requests that the calls of `Requests` are made of. */
export const partOperations = {
  /** `place`: where in the caller's table of retained inodes the writer puts what it opened. Answers the ino. */
  open: operation<(path: string, flags: number, mode: number, place: number) => number>(
    'text',
    'number',
    'number',
    'number',
  ),
  write: operation<(ino: number, position: number, bytes: Uint8Array) => number>('ino', 'number', 'bytes'),
  append: operation<(ino: number, bytes: Uint8Array) => number>('ino', 'bytes'),
  writeFile: operation<(path: string, mode: number, mtimeMs: number, bytes: Uint8Array) => number>(
    'text',
    'number',
    'number',
    'bytes',
  ),
  /** A piece of a large file that has no name yet; position 0 begins a new one and forgets an unfinished one. */
  stage: operation<(position: number, total: number, bytes: Uint8Array) => number>('number', 'number', 'bytes'),
  /** Puts what was staged in its place. */
  commit: operation<(path: string, mode: number, mtimeMs: number) => number>('text', 'number', 'number'),
  /** `records`: see `ImportRecord`. */
  importBatch: operation<(records: Uint8Array) => number>('bytes'),
  /** Drops what a dead worker held. */
  releaseSlot: operation<(slot: number) => number>('number'),
  /** Waits until all that is freed has been taken back. */
  quiesce: operation<() => number>(),
};

const operations = { ...directOperations, ...partOperations };

/** A line of the table, direct or part. */
export type OperationName = keyof typeof operations;
type SignatureOf<Name extends OperationName> = (typeof operations)[Name] extends Operation<infer F> ? F : never;

/** The arguments of a request, as its sender names them. */
export type ArgumentsOf<Name extends OperationName> = Parameters<SignatureOf<Name>>;

/** What a handler gets: the arguments, bytes where they lie, and behind them the slot that asks. */
export type Handlers = {
  readonly [Name in OperationName]: (...args: [...InWriter<ArgumentsOf<Name>>, slot: number]) => number;
};

/** The calls of a client that are one request each. */
export type DirectCalls<R extends 'sync' | 'async'> = {
  [Name in keyof typeof directOperations]: (
    ...args: ArgumentsOf<Name>
  ) => R extends 'sync' ? ReturnType<SignatureOf<Name>> : Promise<ReturnType<SignatureOf<Name>>>;
};

/** By number; number 0 is nobody's, so that an empty slot asks for nothing. */
const NAMES = ['' as OperationName, ...(Object.keys(operations) as OperationName[])];
const NUMBERS = Object.fromEntries(NAMES.map((name, number) => [name, number])) as Record<OperationName, number>;

/** Its place in the table, from 1 on: 0 is no operation. */
export function numberOf(name: OperationName): number {
  return NUMBERS[name];
}

/** `undefined` for a number that stands for nothing. */
export function operationName(number: number): OperationName | undefined {
  return number > 0 ? NAMES[number] : undefined;
}

/** In the order of the call's arguments. */
export function kindsOf(name: OperationName): readonly Kind[] {
  return operations[name].kinds;
}

/** Record of an import batch: six words, then path and data, each padded to a word. */
export const ImportRecord = { type: 0, mode: 1, pathLength: 2, dataLength: 3, mtimeMs: 4, words: 6 } as const;
/** `ImportRecord.type`. */
export const ImportType = { directory: 1, file: 2, link: 3 } as const;
/** In a batch record or a commit: leave the time to the writer's clock, the mode to the default. */
export const UNSET = -1;
