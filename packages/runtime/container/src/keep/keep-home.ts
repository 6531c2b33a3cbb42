import { Errno } from '@slipway/posix';
import type { AsyncVfsClient, KeepEnd } from '@slipway/vfs';
import type { KeptState } from '@slipway/wire';
import { deleteKeepFiles } from './keep-files.ts';
import { holdKeep, type KeepHold } from './keep-hold.ts';

/** What the writer’s worker says of what it keeps; see `vfs-writer.worker.ts`. */
export type KeepMessage =
  | { readonly type: 'serving'; readonly problem?: string }
  | { readonly type: 'kept-end'; readonly end: KeepEnd['why']; readonly message: string };

/** Where the page’s note stands, among what is kept. */
const NOTE_FOLDER = '/home/.local/state/slipway';
const NOTE = `${NOTE_FOLDER}/note`;
const MOST_NOTE_BYTES = 16_384;

const ENDS: Record<Exclude<KeepEnd['why'], 'closed' | 'broken'>, string> = {
  full: 'The browser gives no more room for the files: what changes from now on is lost with the tab',
  format:
    'Another version of Slipway has kept the files in this browser: they are left alone. Delete them to keep again',
};

/** The kept folder, as the kernel’s worker sees it: the lock, the state, the note. It outlives the page. */
export class KeepHome {
  readonly #onChange: () => void;
  #hold: KeepHold | undefined;
  #fs: AsyncVfsClient | undefined;
  #state: KeptState = { state: 'off', restored: false };

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get state(): KeptState {
    return this.#state;
  }

  /** Whether this tab keeps. A browser that denies storage denies it here. */
  async begin(): Promise<boolean> {
    try {
      this.#hold = await holdKeep();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (this.#hold === undefined) this.#set({ state: 'elsewhere', restored: false });
    return this.#hold !== undefined;
  }

  /** What the writer says, from its first word on. */
  hear(message: KeepMessage): void {
    if (message.type === 'serving') {
      if (message.problem !== undefined) this.#fail(message.problem);
      return;
    }
    if (message.end === 'closed') return;
    this.#release();
    this.#set({
      ...this.#state,
      state: 'failed',
      message: message.end === 'broken' ? `Cannot keep the files: ${message.message}` : ENDS[message.end],
    });
  }

  /** Brings back what was kept. The base image must be there. */
  async restore(fs: AsyncVfsClient): Promise<void> {
    if (this.#hold === undefined) return;
    const restored = (await fs.restore()) === 1;
    // The writer's word of its end may have come meanwhile.
    if (this.#hold === undefined) return;
    this.#fs = fs;
    this.#hold.onAsked(async () => {
      await fs.letGo();
      this.#fs = undefined;
      this.#hold = undefined;
      this.#set({ ...this.#state, state: 'elsewhere' });
    });
    const note = restored ? fs.readFile(NOTE) : Errno.ENOENT;
    const isNote = typeof note !== 'number' && note.length <= MOST_NOTE_BYTES;
    this.#set({ state: 'kept', restored, ...(isNote ? { note: new TextDecoder().decode(note) } : {}) });
  }

  /** Has all that was written so far brought to the disk, with the page's note. Nothing where nothing is kept. */
  async persist(note: string | undefined): Promise<void> {
    const fs = this.#fs;
    if (fs === undefined) return;
    if (note !== undefined) {
      const made = (await fs.mkdirAll(NOTE_FOLDER, 0o755)).errno;
      const errno = made < 0 ? made : await fs.writeFile(NOTE, new TextEncoder().encode(note), 0o644);
      if (errno < 0) throw new Error(`Cannot write "${NOTE}": errno ${errno}`);
    }
    // Where that fails the writer says why.
    await fs.persist();
  }

  async usage(): Promise<{ keptBytes?: number }> {
    if (this.#state.state === 'off') return {};
    const { usage } = await navigator.storage.estimate();
    return usage === undefined ? {} : { keptBytes: usage };
  }

  /** 0, or EBUSY where another tab keeps. */
  async forget(): Promise<number> {
    if (this.#state.state === 'elsewhere') return Errno.EBUSY;
    await this.end();
    await deleteKeepFiles();
    this.#set({ state: 'off', restored: false });
    return 0;
  }

  async end(): Promise<void> {
    const fs = this.#fs;
    this.#fs = undefined;
    await fs?.letGo();
    this.#release();
  }

  #release(): void {
    this.#fs = undefined;
    this.#hold?.release();
    this.#hold = undefined;
  }

  /** The container goes on without: its files end with the tab. */
  #fail(error: unknown): void {
    this.#release();
    const message = `Cannot keep the files: ${error instanceof Error ? error.message : String(error)}`;
    this.#set({ state: 'failed', restored: false, message });
  }

  #set(state: KeptState): void {
    this.#state = state;
    this.#onChange();
  }
}
