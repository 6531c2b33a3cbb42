import { collidingNames } from '../objects/entry-name.ts';
import { GitError } from '../objects/git-error.ts';
import type { GitObject } from '../objects/git-object.ts';
import type { Oid } from '../objects/oid.ts';
import { readTree } from '../objects/tree.ts';
import { PACK_LIMITS, type PackLimits } from '../packs/pack-limits.ts';
import { PackReader } from '../packs/pack-reader.ts';
import type { PackSpool } from '../packs/pack-spool.ts';
import { receiveSpool } from '../packs/receive-spool.ts';
import { BANDS, encodeBand, encodePacket, FLUSH, PacketReader } from '../wire/pkt-line.ts';
import { type PushRequest, readPushRequest, type RefCommand } from './push-request.ts';
import { isConnected, judgeCommands, type Refusals } from './push-rules.ts';
import type { FetchRepository } from './repository.ts';

/** `raced`: these refs were elsewhere, and nothing was stored. `refused`: nothing was stored, for a reason. */
export type StorePushResult =
  | { outcome: 'stored' }
  | { outcome: 'raced'; names: readonly string[] }
  | { outcome: 'refused'; reason: string };

/** A repository that takes pushes. */
export interface PushRepository extends FetchRepository {
  /**
   * Stores the pack's objects and moves the refs, all or nothing. The pack has been checked, and what it leads to
   * outside was there.
   */
  storePush(commands: readonly RefCommand[], pack: PackReader | undefined): Promise<StorePushResult>;
}

/** Without `inTurn` any number of pushes are taken apart at once. */
export interface ReceiveOptions {
  openSpool: () => PackSpool | Promise<PackSpool>;
  limits?: PackLimits;
  signal?: AbortSignal;
  /** Runs what needs memory and the processor when it is this push's turn; waiting for the sender is no part of it. */
  inTurn?: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Answers POST git-receive-pack (gitprotocol-pack(5), "Pushing Data to a Server"): commands and a pack are read to
 * their end, the pack is checked, the commands are judged, then everything is stored at once. Until then nothing is
 * held that others could wait for.
 */
export async function* receivePack(
  repository: PushRepository,
  body: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): AsyncGenerator<Uint8Array> {
  const reader = new PacketReader(body);
  let spool: PackSpool | undefined;
  try {
    const request = await readPushRequest(reader);
    const answer = new Answer(request.capabilities);
    // A large push asks first whether it is welcome, with a bare flush.
    if (request.commands.length === 0) return;
    if (request.commands.some(({ to }) => to !== null)) spool = await options.openSpool();
    const { inTurn = (work) => work() } = options;
    const sent = spool ? await takeBytes(reader, spool, options) : undefined;
    const result = sent ?? (await inTurn(() => takePush(repository, request, spool, options)));
    if (result.outcome === 'refused') {
      yield* answer.report(request.commands, result.reason, new Map());
      return;
    }
    for (const line of result.warnings) yield* answer.say(line);
    yield* answer.report(request.commands, 'ok', result.refusals);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    yield encodePacket(`ERR ${error.message}\n`);
  } finally {
    await spool?.close();
    await reader.close();
  }
}

/** All of a push, before any of its commands was looked at. */
interface Refused {
  outcome: 'refused';
  reason: string;
}

type TakenPush = { outcome: 'taken'; refusals: Refusals; warnings: string[] } | Refused;

/** Reports are lines: a newline in a message would begin another one. Errors that are no GitError are thrown on. */
const refusedBy = (error: unknown): Refused => {
  if (!(error instanceof GitError)) throw error;
  return { outcome: 'refused', reason: error.message.replaceAll('\n', ' ') };
};

/** Takes the pack from its sender; why not, if not. */
async function takeBytes(
  reader: PacketReader,
  spool: PackSpool,
  { limits = PACK_LIMITS }: ReceiveOptions,
): Promise<Refused | undefined> {
  try {
    await receiveSpool(reader.rest(), spool, limits);
    return undefined;
  } catch (error) {
    const refused = refusedBy(error);
    await drain(reader, limits.packBytes);
    return refused;
  }
}

/** Checks the pack, judges the commands and stores what may be stored. */
async function takePush(
  repository: PushRepository,
  request: PushRequest,
  spool: PackSpool | undefined,
  { limits = PACK_LIMITS, signal }: ReceiveOptions,
): Promise<TakenPush> {
  const collisions = new Collisions();
  const pack =
    spool &&
    new PackReader(spool, {
      limits,
      bases: (oids) => repository.read(oids),
      onObject: (oid, object) => collisions.look(oid, object),
      ...(signal ? { signal } : {}),
    });
  try {
    await pack?.index();
  } catch (error) {
    return refusedBy(error);
  }
  return { outcome: 'taken', refusals: await storeCommands(repository, request, pack), warnings: collisions.lines };
}

/** Git reads an answer only when it has sent everything: what is refused is read on for a while, and dropped. */
async function drain(reader: PacketReader, limitBytes: number): Promise<void> {
  let bytes = 0;
  for await (const { length } of reader.rest()) {
    bytes += length;
    if (bytes > limitBytes) return;
  }
}

/** Stores what may be stored; the refusals of the rest. */
async function storeCommands(
  repository: PushRepository,
  { commands, capabilities }: PushRequest,
  pack: PackReader | undefined,
): Promise<Refusals> {
  const atomic = capabilities.has('atomic');
  const refusals = await judgeCommands(repository, commands, pack);
  if (pack && !(await isConnected(repository, pack)))
    for (const command of commands) if (command.to !== null) refusals.set(command, 'missing necessary objects');
  for (;;) {
    if (atomic && refusals.size > 0) {
      for (const command of commands) if (!refusals.has(command)) refusals.set(command, 'atomic push failure');
    }
    const left = commands.filter((command) => !refusals.has(command));
    if (left.length === 0) return refusals;
    const result = await repository.storePush(left, pack);
    if (result.outcome === 'stored') return refusals;
    // Each turn refuses one more at least.
    const lost = result.outcome === 'raced' ? left.filter(({ name }) => result.names.includes(name)) : left;
    const reason = result.outcome === 'raced' ? 'failed to update ref' : result.reason;
    for (const command of lost.length > 0 ? lost : left) refusals.set(command, reason);
  }
}

/** What the sender is told, in side bands if they know them. */
class Answer {
  readonly #capabilities: ReadonlySet<string>;
  readonly #banded: boolean;

  constructor(capabilities: ReadonlySet<string>) {
    this.#capabilities = capabilities;
    this.#banded = capabilities.has('side-band-64k');
  }

  /** Without side bands there is no way to tell anything but the report. */
  *say(line: string): Generator<Uint8Array> {
    if (this.#banded) yield encodeBand(BANDS.progress, Buffer.from(`${line}\n`));
  }

  /** gitprotocol-pack(5), "Report Status". Nothing is said to who did not ask for it. */
  *report(commands: readonly RefCommand[], unpacked: string, refusals: Refusals): Generator<Uint8Array> {
    if (this.#capabilities.has('report-status')) {
      const lines = commands.map((command) => {
        const reason = unpacked === 'ok' ? refusals.get(command) : 'unpacker error';
        return reason === undefined ? `ok ${command.name}\n` : `ng ${command.name} ${reason}\n`;
      });
      const packets = [encodePacket(`unpack ${unpacked}\n`), ...lines.map((line) => encodePacket(line)), FLUSH];
      yield this.#banded ? encodeBand(BANDS.data, Buffer.concat(packets)) : Buffer.concat(packets);
    }
    if (this.#banded) yield FLUSH;
  }
}

/** Told of at most; the rest is as bad. */
const WARNINGS_LIMIT = 10;

/** Names that are one on macOS or Windows are allowed, and told: a clone there would lose all but one of them. */
class Collisions {
  readonly lines: string[] = [];

  look(oid: Oid, { type, bytes }: GitObject): void {
    if (type !== 'tree' || this.lines.length >= WARNINGS_LIMIT) return;
    for (const names of collidingNames(readTree(bytes).map(({ name }) => name))) {
      if (this.lines.length >= WARNINGS_LIMIT) return;
      const list = names.slice(0, 4).map((name) => JSON.stringify(name.slice(0, 80)));
      this.lines.push(`warning: in tree ${oid} the names ${list.join(', ')} are one on macOS or Windows`);
    }
  }
}
