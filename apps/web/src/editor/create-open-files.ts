import { createSignal, onCleanup, type Accessor } from 'solid-js';
import { type Clock, pageClock } from '../clock/clock.ts';
import { makePacer } from '../pace/make-pacer.ts';
import { makeEntry, readContent, writeEntry, type Entry, type FileContainer } from './file-entry.ts';
import type { Goal, LazyText, OpenFile, TextView } from './open-file.ts';

/** One entry for each path; `load` reads it when somebody looks. */
export interface OpenFiles {
  readonly files: Accessor<readonly OpenFile[]>;
  find(path: string): OpenFile | undefined;
  /** The file's tab, made where there is none. It is read when somebody looks: see `load`. */
  open(path: string, before?: FileBefore): OpenFile;
  /** Reads the file, once. */
  load(file: OpenFile): void;
  /** The tab goes; what is not written yet is written all the same. */
  close(file: OpenFile): void;
  edit(file: OpenFile, text: LazyText): void;
  /** Asks the tab to take the keyboard, at a place where one is named. */
  reveal(file: OpenFile, at?: Goal['at']): void;
  /** Its body was put into the document: the browser has forgotten how far it was scrolled. */
  noteShown(file: OpenFile): void;
  /** After a conflict: which text is kept. */
  settle(file: OpenFile, keep: 'mine' | 'theirs'): void;
  /** After the file was deleted: it is there again, with this text. */
  writeAgain(file: OpenFile, text: LazyText): void;
  /** Tabs at or below `from` go on at `to`. */
  followMove(from: string, to: string): void;
  /** Writes at once what would be written soon. Throws when it cannot be written; it is kept and tried again. */
  flush(): Promise<void>;
}

/** From the stored workbench: the file may be gone meanwhile. */
export interface FileBefore {
  readonly id: string;
  readonly view?: TextView;
}

/** Programs see an edit this soon after the last key, and while somebody types without a pause. */
const WRITE_PACE = { quietMs: 150, mostMs: 400 };
const RETRY_MS = 1_000;
/** Programs replace a file by removing it first: one that is back by then was never gone. */
const GONE_AFTER_MS = 200;

/**
 * The files in the editor's tabs: each is written soon after an edit of it, and what a
 * program writes is merged into what was typed, or asked about. `onEdit` hears of every key.
 */
export function createOpenFiles(container: FileContainer, onEdit: () => void, clock: Clock = pageClock): OpenFiles {
  const [files, setFiles] = createSignal<readonly Entry[]>([]);
  /** Those of closed tabs too, until they are written. */
  const entries = new Set<Entry>();
  const find = (path: string): Entry | undefined => files().find((file) => file.path() === path);

  const writer = makePacer({
    clock,
    limits: WRITE_PACE,
    retryAfterMs: () => RETRY_MS,
    async work() {
      const failures: unknown[] = [];
      for (const entry of [...entries]) {
        await writeEntry(container, entry).catch((error: unknown) => failures.push(error));
        if (entry.closed && entry.mine === undefined) entries.delete(entry);
      }
      if (failures.length > 0) throw failures[0];
    },
  });
  const changed = (entry: Entry, text: LazyText): void => {
    entry.mine = text;
    entry.setUnwritten(true);
    writer.touch();
    onEdit();
  };

  /** The smallest that no tab has, and none had that is still being written. */
  const nextId = (): string => {
    const taken = new Set([...files(), ...entries].map(({ id }) => id));
    for (let n = 1; ; n++) if (!taken.has(`file-${n}`)) return `file-${n}`;
  };
  const close = (entry: Entry): void => {
    entry.closed = true;
    if (entry.mine === undefined) entries.delete(entry);
    setFiles((current) => current.filter((other) => other !== entry));
  };

  const readAgain = followDisk(container, clock, entries, () => writer.touch());
  onCleanup(() => {
    writer.stop();
    writer.flush().catch((error: unknown) => console.warn('The last edit was not written:', error));
  });

  return {
    files,
    find,
    flush: () => writer.flush(),
    open(path, before) {
      const known = find(path);
      if (known !== undefined) return known;
      // One whose tab was closed a moment ago may have something to write.
      const left = [...entries].find((entry) => entry.path() === path);
      const entry = left ?? makeEntry(before?.id ?? nextId(), path);
      entry.closed = false;
      entry.view ??= before?.view;
      entries.add(entry);
      setFiles((current) => [...current, entry]);
      return entry;
    },
    load(file) {
      const entry = file as Entry;
      if (entry.asked) return;
      entry.asked = true;
      void readContent(container, entry.path()).then((next) => {
        if (entry.content().name !== 'reading') return;
        if (next.name === 'text') entry.base = next.text;
        entry.setContent(next.name === 'missing' ? { name: 'failed', message: next.message } : next);
      });
    },
    close: (file) => close(file as Entry),
    edit: (file, text) => changed(file as Entry, text),
    reveal: (file, at) => void (file as Entry).setGoal({ at }),
    noteShown: (file) => void (file as Entry).setShown((count) => count + 1),
    settle(file, keep) {
      const entry = file as Entry;
      const trouble = entry.trouble();
      if (trouble?.name !== 'conflict') return;
      entry.setTrouble(undefined);
      if (keep === 'mine') {
        // From here on a program's next change is one of what was chosen against.
        entry.base = trouble.theirs;
        writer.touch();
        return onEdit();
      }
      entry.mine = undefined;
      entry.base = undefined;
      entry.setUnwritten(false);
      void readAgain(entry).then(() => onEdit());
    },
    writeAgain: (file, text) => changed(file as Entry, text),
    followMove(from, to) {
      for (const entry of entries) {
        const path = entry.path();
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        const moved = to + path.slice(from.length);
        const other = find(moved);
        if (other !== undefined && other !== entry) close(other);
        entry.setPath(moved);
        entry.setTrouble(undefined);
      }
    },
  };
}

/** Follows what programs do to files that are open. Returns how to read one again, whoever says that it changed. */
function followDisk(
  container: FileContainer,
  clock: Clock,
  entries: ReadonlySet<Entry>,
  write: () => void,
): (entry: Entry) => Promise<void> {
  /** Takes over what a program made of a file that nobody types into. */
  const readAgain = async (entry: Entry, certain = false): Promise<void> => {
    const path = entry.path();
    const next = await readContent(container, path);
    if (entry.closed || entry.path() !== path) return;
    // The write compares with the disk itself.
    if (entry.mine !== undefined) return write();
    if (next.name === 'missing') {
      if (entry.content().name === 'failed' || entry.content().name === 'reading') return;
      if (certain) entry.setTrouble({ name: 'deleted' });
      else lookLater(entry);
      return;
    }
    entry.setTrouble(undefined);
    if (next.name === 'failed' || (next.name === 'text' && next.text === entry.base)) return;
    entry.base = next.name === 'text' ? next.text : undefined;
    entry.setContent(next);
  };

  const cancels = new Set<() => void>();
  const lookLater = (entry: Entry): void => {
    const cancel = clock.after(GONE_AFTER_MS, () => {
      cancels.delete(cancel);
      void readAgain(entry, true);
    });
    cancels.add(cancel);
  };
  const watcher = container.fs.watch('.', { recursive: true }, (_event, name) => {
    const path = typeof name === 'string' ? name : new TextDecoder().decode(name);
    // A folder that went is told of by its own name alone.
    for (const entry of entries)
      if (entry.asked && (entry.path() === path || entry.path().startsWith(`${path}/`))) void readAgain(entry);
  });
  onCleanup(() => {
    watcher.close();
    for (const cancel of cancels) cancel();
  });
  return readAgain;
}
