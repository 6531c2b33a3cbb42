import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { TarBody } from './read-tar.ts';
import type { TarMember } from './tar-header.ts';

/** `keepOld` is -k; without `keepTime` (-m) a file gets the time of now. */
export interface ExtractSettings {
  readonly folder: string;
  readonly keepOld: boolean;
  readonly keepTime: boolean;
  /** Bits that new files do not get. */
  readonly umask: number;
}

/**
 * Unpacks members one by one. Links that lead out of the folder are made when everything else is there, so that no
 * member is written through one; folders get their times and modes last.
 */
export class Extraction {
  readonly #settings: ExtractSettings;
  readonly #last: (() => void)[] = [];

  constructor(settings: ExtractSettings) {
    this.#settings = settings;
  }

  /** Throws what the file system says. */
  async add(member: TarMember, name: string, body: TarBody): Promise<void> {
    const { folder, keepOld } = this.#settings;
    const path = join(folder, name);
    if (member.type === '5') {
      mkdirSync(path, { recursive: true });
      this.#last.push(() => this.#finish(path, member));
      return;
    }
    this.#makeFolder(dirname(path));
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined) {
      if (keepOld) throw Object.assign(new Error('File exists'), { code: 'EEXIST' });
      if (!there.isDirectory()) rmSync(path);
    }
    switch (member.type) {
      // The name of the first file is from the top of the archive, not from where this member stands.
      case '1':
        return linkSync(join(folder, member.linkName), path);
      case '2': {
        const leadsOut = member.linkName.startsWith('/') || member.linkName.split('/').includes('..');
        // An empty file holds its place, as GNU tar has it.
        if (leadsOut) this.#hold(path, member.linkName);
        else symlinkSync(member.linkName, path);
        return;
      }
      case '0':
        return await this.#write(path, member, body);
      default:
        throw new Error('Cannot make a device or pipe');
    }
  }

  close(): void {
    // Inner folders after outer ones were noted, so they are done first.
    for (const task of this.#last.toReversed()) task();
  }

  /** An empty file with no rights until `close`, in place of a link that leads out of the folder. */
  #hold(path: string, target: string): void {
    writeFileSync(path, '', { mode: 0 });
    this.#last.push(() => {
      // Something else may have come in its place.
      if (lstatSync(path, { throwIfNoEntry: false })?.size !== 0) return;
      rmSync(path);
      symlinkSync(target, path);
    });
  }

  #makeFolder(path: string): void {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      // A file stands where a folder should: mkdir says that it is there, open would say what it is.
      const isFile = (error as NodeJS.ErrnoException).code === 'EEXIST';
      throw isFile ? Object.assign(new Error('Not a directory', { cause: error }), { code: 'ENOTDIR' }) : error;
    }
  }

  /** `wx`: whatever stood there was removed before, so what is there now was made meanwhile and is not followed. */
  async #write(path: string, member: TarMember, body: TarBody): Promise<void> {
    const fd = openSync(path, 'wx', member.mode & ~this.#settings.umask);
    try {
      for await (const chunk of body.chunks()) writeSync(fd, chunk);
    } finally {
      closeSync(fd);
    }
    this.#finish(path, member);
  }

  /**
   * Mode and time, of folders last: writing into a folder would change its time, and one without the bit for
   * writing could not be filled.
   */
  #finish(path: string, member: TarMember): void {
    chmodSync(path, member.mode & ~this.#settings.umask & 0o777);
    if (this.#settings.keepTime) utimesSync(path, member.mtime, member.mtime);
  }
}
