import { describe, expect, it } from 'vitest';
import { FakeKeepFile, seededRandom } from '../testing/fake-keep-file.ts';
import { crc32c } from './crc32c.ts';
import { encodeHeader, HEADER_BYTES, PIECE_HEADER, PIECE_LIMIT } from './keep-format.ts';
import { KeepLog } from './keep-log.ts';
import { type KeepVisitor, readRecords, RecordWriter } from './keep-records.ts';

class Stopped extends Error {}

/** A group that says which it is, in so many bytes; long ones take several pieces. */
function writeGroup(log: Pick<KeepLog, 'room' | 'wrote'>, number: number, length: number): void {
  for (let left = length; left > 0; left -= PIECE_LIMIT) {
    const part = Math.max(8, Math.min(left, PIECE_LIMIT));
    const { bytes, at } = log.room(part);
    bytes.fill(number & 0xff, at, at + part);
    new DataView(bytes.buffer).setUint32(at, number, true);
    log.wrote(part);
  }
}

/** The numbers of the groups, in order; each is whole, or this throws. */
function groupsOf(log: KeepLog): number[] {
  const groups: number[] = [];
  let current: number | undefined;
  log.read((records, last) => {
    const view = new DataView(records.buffer, records.byteOffset, records.length);
    for (let at = 0; at < records.length; at = next(records, at)) {
      const number = view.getUint32(at, true);
      if (current !== undefined && number !== current) throw new Error(`Group ${current} holds a part of ${number}`);
      current = number;
    }
    if (last && current !== undefined) {
      groups.push(current);
      current = undefined;
    }
    return true;
  });
  if (current !== undefined) throw new Error(`Group ${current} has no end`);
  return groups;

  function next(records: Uint8Array, at: number): number {
    const filler = records[at]!;
    let end = at + 8;
    while (end < records.length && records[end] === filler) end++;
    return end;
  }
}

function opened(files: readonly [FakeKeepFile, FakeKeepFile]): KeepLog {
  const result = KeepLog.open(files);
  if ('refused' in result) throw new Error(`Cannot open: ${result.refused}`);
  return result.log;
}

interface Trial {
  readonly outcome: 'good' | 'bad';
  readonly compactions: number;
  readonly torn: boolean;
}

/**
 * Writes groups, flushes and compacts at random, stops at some call of a file, loses power, opens again, three times
 * over. The groups must be those up to some number, from the last compaction on, and none that was flushed may miss.
 */
function crash(seed: number, forgets: (place: 'compaction' | 'flush', nth: number) => boolean): Trial {
  const random = seededRandom(seed);
  let left = Infinity;
  const before = (): void => {
    if (--left < 0) throw new Stopped();
  };
  let files: [FakeKeepFile, FakeKeepFile] = [new FakeKeepFile(before), new FakeKeepFile(before)];
  let [written, flushed, compactions] = [0, 0, 0];
  let torn = false;
  for (let life = 0; life < 3; life++) {
    left = 5 + Math.floor(random() * 60);
    let place: 'compaction' | 'flush' = 'flush';
    let nth = 0;
    for (const file of files) file.skipFlush = () => forgets(place, nth++);
    try {
      const log = opened(files);
      for (;;) {
        const what = random();
        if (what < 0.75) {
          writeGroup(
            log,
            written + 1,
            random() < 0.02 ? PIECE_LIMIT + 1 + Math.floor(random() * PIECE_LIMIT) : 8 + Math.floor(random() * 900),
          );
          written++;
          log.endGroup();
          if (random() < 0.5) log.drain();
        } else if (what < 0.93) {
          [place, nth] = ['flush', 0];
          log.flush();
          flushed = written;
        } else {
          [place, nth] = ['compaction', 0];
          compactions++;
          log.compact((sink) => writeGroup(sink, written, 8 + Math.floor(random() * 5000)));
          place = 'flush';
          // What the base stands for was flushed with it.
          flushed = written;
        }
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    left = Infinity;
    const after = files.map((file) => file.afterPowerLoss(random, before)) as [FakeKeepFile, FakeKeepFile];
    const sizes = after.map((file) => file.getSize());
    const log = opened(after);
    torn ||= after.some((file, at) => file.getSize() < sizes[at]!);
    const groups = groupsOf(log);
    const first = groups[0] ?? 0;
    const last = groups.at(-1) ?? 0;
    const inOrder = groups.every((number, at) => number === first + at);
    // Without a compaction the first group is the first that there ever was.
    if (!inOrder || last < flushed || last > written || (compactions === 0 && groups.length > 0 && first !== 1))
      return { outcome: 'bad', compactions, torn };
    written = last;
    flushed = last;
    files = after;
    // A group that was there is there again.
    log.flush();
  }
  return { outcome: 'good', compactions, torn };
}

function trials(count: number, forgets: Parameters<typeof crash>[1] = () => false) {
  const all = Array.from({ length: count }, (_, seed) => crash(seed + 1, forgets));
  return {
    bad: all.filter(({ outcome }) => outcome === 'bad').length,
    compactions: all.reduce((sum, { compactions }) => sum + compactions, 0),
    torn: all.filter(({ torn }) => torn).length,
  };
}

describe('a log after the loss of power', () => {
  it('TC-10 killed at 600 random calls of its files it opens as after some group, and no flushed one is missing', () => {
    const { bad, compactions, torn } = trials(600);
    expect(bad).toBe(0);
    // The trials reach what they are about.
    expect(compactions).toBeGreaterThan(300);
    expect(torn).toBeGreaterThan(100);
  });

  it('each flush is needed: with one of them forgotten, logs open wrong', () => {
    // Of a compaction: the other file emptied, its body, its header.
    for (const forgotten of [2, 3])
      expect([forgotten, trials(200, (place, nth) => place === 'compaction' && nth === forgotten).bad]).not.toEqual([
        forgotten,
        0,
      ]);
    expect(trials(100, (place) => place === 'flush').bad).toBeGreaterThan(0);
  });
});

describe('opening', () => {
  it('begins where nothing is, goes on where something was, and knows how long it is', () => {
    const files: [FakeKeepFile, FakeKeepFile] = [new FakeKeepFile(), new FakeKeepFile()];
    const log = opened(files);
    expect(log.empty).toBe(true);
    writeGroup(log, 1, 100);
    log.endGroup();
    log.flush();
    expect(log.size).toBe(PIECE_HEADER + 100);
    const again = opened([files[0].afterCrash(), files[1].afterCrash()]);
    expect([groupsOf(again), again.size]).toEqual([[1], PIECE_HEADER + 100]);
  });

  it('leaves alone what another build has written, and takes what is no log for none', () => {
    const foreign = encodeHeader({ generation: 5, baseEnd: HEADER_BYTES });
    new DataView(foreign.buffer).setUint32(4, 99, true);
    new DataView(foreign.buffer).setUint32(28, crc32c(foreign, 0, 28, 0), true);
    const kept = new FakeKeepFile(undefined, foreign);
    expect(KeepLog.open([new FakeKeepFile(), kept])).toEqual({ refused: 'format' });
    expect(kept.getSize()).toBe(HEADER_BYTES);
    const garbage = new FakeKeepFile(undefined, new Uint8Array(10_000).fill(7));
    expect(groupsOf(opened([garbage, new FakeKeepFile()]))).toEqual([]);
    // The sum of its header is wrong: whatever stands there, it is no base to go on from.
    const damaged = encodeHeader({ generation: 5, baseEnd: HEADER_BYTES });
    damaged[8] = 6;
    expect(opened([new FakeKeepFile(undefined, damaged), new FakeKeepFile()]).empty).toBe(true);
  });

  it('a piece that claims to be longer than any is the end', () => {
    const files: [FakeKeepFile, FakeKeepFile] = [new FakeKeepFile(), new FakeKeepFile()];
    const log = opened(files);
    writeGroup(log, 1, 10);
    log.endGroup();
    log.flush();
    const end = files[0].getSize();
    const claim = new Uint8Array(PIECE_HEADER);
    new DataView(claim.buffer).setUint32(0, PIECE_LIMIT + 1, true);
    files[0].write(claim, { at: end });
    const after = files[0].afterCrash();
    expect(groupsOf(opened([after, files[1].afterCrash()]))).toEqual([1]);
    expect(after.getSize()).toBe(end);
  });
});

describe('a full disk', () => {
  it('in a compaction: the log goes on as it was', () => {
    let full = false;
    const before = (call: string): void => {
      if (full && call === 'write') throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
    };
    const files: [FakeKeepFile, FakeKeepFile] = [new FakeKeepFile(before), new FakeKeepFile(before)];
    const log = opened(files);
    writeGroup(log, 1, 100);
    log.endGroup();
    log.flush();
    full = true;
    expect(() => log.compact((sink) => writeGroup(sink, 7, 200_000))).toThrow('no room');
    full = false;
    writeGroup(log, 2, 100);
    log.endGroup();
    log.flush();
    expect(files[1].getSize()).toBe(0);
    expect(groupsOf(opened([files[0].afterCrash(), files[1].afterCrash()]))).toEqual([1, 2]);
  });
});

describe('records', () => {
  const nothing: KeepVisitor = {
    inode: () => true,
    name: () => true,
    unname: () => true,
    data: () => true,
    size: () => true,
    drop: () => true,
  };
  const record = (write: (records: RecordWriter) => void): Uint8Array => {
    const bytes = new Uint8Array(200);
    let length = 0;
    write(new RecordWriter({ room: () => ({ bytes, at: 0 }), wrote: (count) => (length = count) }));
    return bytes.slice(0, length);
  };

  it('cut short at any byte, or of no type, they are refused', () => {
    const all = [
      record((to) => to.inode({ id: 2, mode: 0o100644, uid: 1, gid: 1, times: [1, 2, 3, 4] })),
      record((to) => to.name(1, 2, 5, new Uint8Array([97, 98]))),
      record((to) => to.unname(1, 5, new Uint8Array([97]))),
      record((to) => to.data(2, 0, 3, (into) => into.fill(1))),
      record((to) => to.size(2, 9)),
      record((to) => to.drop(2)),
    ];
    for (const whole of all) {
      expect(readRecords(whole, nothing)).toBe(true);
      for (let length = 1; length < whole.length; length++)
        expect(readRecords(whole.subarray(0, length), nothing), `type ${whole[0]} at ${length}`).toBe(false);
    }
    expect(readRecords(new Uint8Array([0]), nothing)).toBe(false);
    expect(readRecords(new Uint8Array([99, 1, 2, 3, 4, 5, 6, 7, 8]), nothing)).toBe(false);
  });

  it('names that are none, sizes and times that no file has are refused', () => {
    for (const name of [[], [47], [97, 0]])
      expect(
        readRecords(
          record((to) => to.name(1, 2, 5, new Uint8Array(name))),
          nothing,
        ),
      ).toBe(false);
    for (const size of [NaN, -1, 0.5, 2 ** 42, Infinity])
      expect(
        readRecords(
          record((to) => to.size(2, size)),
          nothing,
        ),
      ).toBe(false);
    const inode = { id: 2, mode: 0o100644, uid: 1, gid: 1, times: [1, NaN, 3, 4] } as const;
    expect(
      readRecords(
        record((to) => to.inode(inode)),
        nothing,
      ),
    ).toBe(false);
  });
});

it('CRC-32C is the one of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32), 0, 32, 0)).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff), 0, 32, 0)).toBe(0x62a8ab43);
  const counting = Uint8Array.from({ length: 32 }, (_, at) => at);
  expect(crc32c(counting, 0, 32, 0)).toBe(0x46dd794e);
  // In two steps, at an odd place.
  expect(crc32c(counting, 13, 32, crc32c(counting, 0, 13, 0))).toBe(0x46dd794e);
});
