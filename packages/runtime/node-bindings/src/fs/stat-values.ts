import type { Stat, VfsUsage } from '@slipway/vfs';
import type { Foreign } from '../realm/realm.ts';
import type { Present } from './requests.ts';

/** kFsStatsFieldsNumber: fields of one stat; StatWatcher puts the previous one behind it. */
export const STAT_FIELDS = 18;
const STATFS_FIELDS = 8;
/** `dev` of every file: a device number like those of a disk, 8:1 (major 8, minor 1). */
const DEVICE = 0x801;
/** `type` of statfs: what statfs(2) answers for ext4, the file system programs expect. */
const EXT4_MAGIC = 0xef53;

/** FillStatsArray, src/node_file-inl.h: the arrays lib makes Stats of, shared ones where it reads them at once. */
export class StatValues {
  /** Twice as long as one stat: StatWatcher hands out the current and the previous one side by side. */
  readonly statValues = new Float64Array(STAT_FIELDS * 2);
  readonly bigintStatValues = new BigInt64Array(STAT_FIELDS * 2);
  readonly statFsValues = new Float64Array(STATFS_FIELDS);
  readonly bigintStatFsValues = new BigInt64Array(STATFS_FIELDS);

  readonly present: Present = (stat: Stat, shared) =>
    fillStat(shared ? this.statValues : new Float64Array(STAT_FIELDS), stat, 0);

  readonly presentBigint: Present = (stat: Stat, shared) =>
    fillBigintStat(shared ? this.bigintStatValues : new BigInt64Array(STAT_FIELDS), stat, 0);

  readonly presentUsage: Present = (usage: VfsUsage, shared) => {
    const values = shared ? this.statFsValues : new Float64Array(STATFS_FIELDS);
    values.set(usageFields(usage));
    return values;
  };

  readonly presentBigintUsage: Present = (usage: VfsUsage, shared) => {
    const values = shared ? this.bigintStatFsValues : new BigInt64Array(STATFS_FIELDS);
    values.set(usageFields(usage).map(BigInt));
    return values;
  };
}

/** FillStatsArray: the 18 fields that lib reads, from `at` on. */
export function fillStat(values: Float64Array, stat: Stat, at: number): Float64Array {
  values[at] = DEVICE;
  values[at + 1] = stat.mode;
  values[at + 2] = stat.nlink;
  values[at + 3] = stat.uid;
  values[at + 4] = stat.gid;
  values[at + 5] = stat.rdev;
  // blksize: what stat(2) says on ext4; programs choose their buffers by it.
  values[at + 6] = 4096;
  values[at + 7] = stat.ino;
  values[at + 8] = stat.size;
  values[at + 9] = stat.blocks;
  setTime(values, at + 10, stat.atimeMs);
  setTime(values, at + 12, stat.mtimeMs);
  setTime(values, at + 14, stat.ctimeMs);
  setTime(values, at + 16, stat.birthtimeMs);
  return values;
}

/** As `fillStat`, for stats that were asked for as bigints. */
export function fillBigintStat(values: BigInt64Array, stat: Stat, at: number): BigInt64Array {
  const numbers = fillStat(new Float64Array(STAT_FIELDS), stat, 0);
  // Rounded to whole numbers before: BigInt throws for a fraction.
  for (let field = 0; field < STAT_FIELDS; field++) values[at + field] = BigInt(numbers[field]!);
  return values;
}

/** Seconds and nanoseconds; the fraction of a millisecond is kept as far as a double has it. */
function setTime(values: Float64Array, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  values[at] = seconds;
  values[at + 1] = Math.round((ms - seconds * 1000) * 1e6);
}

/** type, bsize, frsize, blocks, bfree, bavail, files, ffree */
function usageFields(usage: VfsUsage): number[] {
  return [
    EXT4_MAGIC,
    usage.blockSize,
    usage.blockSize,
    usage.blocks,
    usage.freeBlocks,
    usage.freeBlocks,
    usage.inodes,
    usage.freeInodes,
  ];
}

/** Node asks for bigints by a flag that may be missing. */
export const wantsBigint = (flag: Foreign): boolean => flag === true;
