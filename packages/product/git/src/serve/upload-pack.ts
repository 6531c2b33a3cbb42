import { GitError } from '../objects/git-error.ts';
import { type Oid, parseOid } from '../objects/oid.ts';
import { parseCapabilities } from '../wire/capabilities.ts';
import { DELIMITER, encodePacket, FLUSH, PacketReader, packetText } from '../wire/pkt-line.ts';
import { emptyFetchRequest, type FetchRequest, readFetchLine, readFlag } from './fetch-request.ts';
import { listRefsV2, parseListRefs } from './list-refs.ts';
import type { FetchRepository } from './repository.ts';
import { type CheckedWants, VisibleRepository } from './select-objects.ts';
import { sendPack } from './send-pack.ts';
import type { ShallowChange } from './shallow.ts';

/** Lines of one request that are no wants and haves. */
const ARGUMENTS_LIMIT = 100_000;

/**
 * Answers POST git-upload-pack. What is wrong with a request is said in a packet (`ERR …`), as git says it; only a
 * fault of the server's is thrown.
 */
export async function* uploadPack(
  repository: FetchRepository,
  body: AsyncIterable<Uint8Array>,
  { version, signal }: { version: 0 | 2; signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const reader = new PacketReader(body);
  try {
    yield* version === 2 ? answerV2(repository, reader, signal) : answerV0(repository, reader, signal);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    yield encodePacket(`ERR ${error.message}\n`);
  } finally {
    await reader.close();
  }
}

/** gitprotocol-v2(5): each request is a command of its own, and the server keeps nothing between two of them. */
async function* answerV2(
  repository: FetchRepository,
  reader: PacketReader,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { command, lines } = await readCommand(reader);
  if (command === undefined) return;
  if (command === 'ls-refs') {
    yield await listRefsV2(repository, parseListRefs(lines));
    return;
  }
  if (command !== 'fetch') throw new GitError('bad-request', `invalid command '${command.slice(0, 80)}'`);
  const request = emptyFetchRequest();
  for (const line of lines)
    if (!readFetchLine(request, line)) throw new GitError('bad-request', `unexpected line: '${line.slice(0, 80)}'`);
  yield* fetchV2(repository, request, signal);
}

/** The command of a request of version 2 and the lines behind the delimiter; a bare flush is no command. */
async function readCommand(reader: PacketReader): Promise<{ command: string | undefined; lines: string[] }> {
  let command: string | undefined;
  const lines: string[] = [];
  let delimited = false;
  for (let packet = await reader.read(); packet && packet.kind !== 'flush'; packet = await reader.read()) {
    if (packet.kind === 'delim') {
      delimited = true;
      continue;
    }
    if (packet.kind === 'end') throw new GitError('bad-packet', 'protocol error: unexpected response end');
    const text = packetText(packet.bytes);
    if (delimited) {
      if (lines.length >= 2 * ARGUMENTS_LIMIT) throw new GitError('too-large', 'request has too many lines');
      lines.push(text);
    } else if (text.startsWith('command=')) command = text.slice('command='.length);
    else if (text.startsWith('object-format=') && text !== 'object-format=sha1')
      throw new GitError('bad-request', 'mismatched object format: the server has sha1');
  }
  return { command, lines };
}

/**
 * gitprotocol-v2(5), "fetch": acknowledgments, shallow-info, packfile, each section only where it has something
 * to say.
 */
async function* fetchV2(
  repository: FetchRepository,
  request: FetchRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  // Who wants nothing gets nothing, as git has it.
  if (request.wants.length === 0) return;
  const visible = await VisibleRepository.open(repository, signal);
  const wants = await visible.checkWants(request.wants);
  if (request.haves.length > 0 && !request.done) {
    const commons = visible.commonsOf(request.haves);
    const ready = isReady(visible, wants, commons);
    const acks = commons.length === 0 ? ['NAK\n'] : commons.map((oid) => `ACK ${oid}\n`);
    yield Buffer.concat(
      ['acknowledgments\n', ...acks, ...(ready ? ['ready\n'] : [])].map((line) => encodePacket(line)),
    );
    // A flush ends the answer: the asker comes again with more haves, or with "done".
    yield ready ? DELIMITER : FLUSH;
    if (!ready) return;
  }
  const change = await visible.shallowFor(request, wants);
  if (isDeepening(request) || request.shallow.length > 0)
    yield Buffer.concat([encodePacket('shallow-info\n'), ...shallowPackets(change), DELIMITER]);
  const selection = await visible.select(request, wants, change);
  yield encodePacket('packfile\n');
  yield* sendPack(repository, selection, request);
}

/** The asker wants only so much of the history. */
const isDeepening = ({ depth, sinceSeconds, not }: FetchRequest): boolean =>
  depth !== undefined || sinceSeconds !== undefined || not.length > 0;

const shallowPackets = ({ added, removed }: ShallowChange): Uint8Array[] => [
  ...added.map((oid) => encodePacket(`shallow ${oid}`)),
  ...removed.map((oid) => encodePacket(`unshallow ${oid}`)),
];

/** Every wanted commit leads to something that the asker has: more haves would make the pack hardly smaller. */
function isReady(visible: VisibleRepository, wants: CheckedWants, commons: readonly Oid[]): boolean {
  return commons.length > 0 && visible.graph.allReach(wants.commits, new Set(commons));
}

/** gitprotocol-pack(5), as "smart HTTP" has it: stateless, so that each request repeats what was said before. */
async function* answerV0(
  repository: FetchRepository,
  reader: PacketReader,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { request, capabilities } = await readWants(reader);
  if (request.wants.length === 0) return;
  if (!capabilities.has('side-band-64k')) throw new GitError('bad-request', 'side-band-64k is needed');
  const visible = await VisibleRepository.open(repository, signal);
  const wants = await visible.checkWants(request.wants);
  const change = await visible.shallowFor(request, wants);
  if (isDeepening(request)) yield Buffer.concat([...shallowPackets(change), FLUSH]);
  const negotiation = new Negotiation(visible, wants, capabilities);
  let agreed = false;
  for (let packet = await reader.read(); packet; packet = await reader.read()) {
    const answer = packet.kind === 'data' ? negotiation.line(packetText(packet.bytes)) : negotiation.flush();
    if (answer.packets.length > 0) yield Buffer.concat(answer.packets);
    agreed = answer.agreed;
    if (agreed) break;
  }
  // Without a "done" the asker goes on in another request, with all it has said before.
  if (!agreed) return;
  request.haves = negotiation.haves;
  yield* sendPack(repository, await visible.select(request, wants, change), request);
}

/** The first part of a request of version 0: up to the flush behind the wants. */
async function readWants(reader: PacketReader): Promise<{ request: FetchRequest; capabilities: ReadonlySet<string> }> {
  const request = emptyFetchRequest();
  let capabilities: ReadonlySet<string> = new Set();
  for (let packet = await reader.read(); packet?.kind === 'data'; packet = await reader.read()) {
    let line = packetText(packet.bytes);
    const first = request.wants.length === 0 ? /^(want [0-9a-f]{40})(?: (.*))?$/.exec(line) : null;
    if (first?.[1] !== undefined) {
      line = first[1];
      capabilities = parseCapabilities(first[2] ?? '');
    }
    if (!readFetchLine(request, line))
      throw new GitError(
        'bad-request',
        `git upload-pack: protocol error, expected to get object ID, not '${line.slice(0, 80)}'`,
      );
  }
  for (const capability of capabilities) readFlag(request, capability);
  return { request, capabilities };
}

/** What is answered to one packet. `agreed`: the pack follows. */
interface Turn {
  packets: Uint8Array[];
  agreed: boolean;
}

/** Finds out what the asker has, as get_common_commits of git's upload-pack.c does. */
class Negotiation {
  readonly haves: Oid[] = [];
  readonly #visible: VisibleRepository;
  readonly #wants: CheckedWants;
  readonly #detailed: boolean;
  readonly #noDone: boolean;
  #commons = 0;
  #last = '';
  #gotCommon = false;
  #gotOther = false;
  #sentReady = false;

  constructor(visible: VisibleRepository, wants: CheckedWants, capabilities: ReadonlySet<string>) {
    this.#visible = visible;
    this.#wants = wants;
    this.#detailed = capabilities.has('multi_ack_detailed');
    this.#noDone = capabilities.has('no-done');
  }

  line(text: string): Turn {
    if (text === 'done') {
      // Who does not know the detailed form was told of its first common commit already, and hears no more.
      const answer = this.#commons === 0 ? ['NAK\n'] : this.#detailed ? [`ACK ${this.#last}\n`] : [];
      return { ...says(...answer), agreed: true };
    }
    if (!text.startsWith('have '))
      throw new GitError('bad-request', `git upload-pack: expected SHA1 list, got '${text.slice(0, 80)}'`);
    const oid = parseOid(text.slice('have '.length));
    const [common] = this.#visible.commonsOf([oid]);
    if (common === undefined) return this.#other(oid);
    if (this.haves.length >= ARGUMENTS_LIMIT) throw new GitError('too-large', 'request has too many haves');
    this.haves.push(oid);
    this.#commons++;
    this.#gotCommon = true;
    this.#last = oid;
    if (this.#detailed) return says(`ACK ${oid} common\n`);
    return this.#commons === 1 ? says(`ACK ${oid}\n`) : says();
  }

  /** A flush ends one round of haves and is answered by NAK, or by what was agreed. */
  flush(): Turn {
    const packets: Uint8Array[] = [];
    if (this.#detailed && this.#gotCommon && !this.#gotOther && this.#ready()) {
      this.#sentReady = true;
      packets.push(encodePacket(`ACK ${this.#last} ready\n`));
    }
    if (this.#commons === 0 || this.#detailed) packets.push(encodePacket('NAK\n'));
    const agreed = this.#noDone && this.#sentReady;
    if (agreed) packets.push(encodePacket(`ACK ${this.#last}\n`));
    this.#gotCommon = false;
    this.#gotOther = false;
    return { packets, agreed };
  }

  /** A commit that the server does not have; where enough is known, "ready" ends the asker's search. */
  #other(oid: Oid): Turn {
    this.#gotOther = true;
    if (!this.#detailed || !this.#ready()) return says();
    this.#sentReady = true;
    return says(`ACK ${oid} ready\n`);
  }

  #ready(): boolean {
    return isReady(this.#visible, this.#wants, this.haves);
  }
}

const says = (...lines: string[]): Turn => ({ packets: lines.map((line) => encodePacket(line)), agreed: false });
