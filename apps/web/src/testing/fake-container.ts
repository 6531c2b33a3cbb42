import type { WebContainer } from '@webcontainer/api';

type Watcher = (event: 'rename' | 'change', name: string) => void;

/** One program that was started: the test says what it prints and when it ends. */
export interface FakeProcess {
  command: string;
  killed: boolean;
  typed: string[];
  size: { cols: number; rows: number } | undefined;
  print(text: string): void;
  exit(code: number): void;
}

/** The part of a container that the IDE's `create-*` use, in memory; the page is not needed. */
export function makeFakeContainer(files: Record<string, string> = {}) {
  const kept = new Map(Object.entries(files));
  const watchers = new Set<Watcher>();
  const processes: FakeProcess[] = [];
  const serverReady = new Set<(port: number, url: string) => void>();
  let refusal: Error | undefined;
  const encoder = new TextEncoder();

  const fs = {
    async readFile(path: string, encoding?: string) {
      const text = kept.get(path);
      if (text === undefined) throw new Error(`ENOENT: "${path}"`);
      return encoding === undefined ? encoder.encode(text) : text;
    },
    async writeFile(path: string, text: string) {
      if (refusal !== undefined) throw refusal;
      kept.set(path, text);
    },
    async readdir(folder: string) {
      const below = folder === '.' ? '' : `${folder}/`;
      const names = new Set(
        [...kept.keys()]
          .filter((path) => path.startsWith(below))
          .map((path) => path.slice(below.length).split('/')[0] ?? ''),
      );
      return [...names].map((name) => ({ name, isDirectory: () => !kept.has(below + name) }));
    },
    watch(_path: string, _options: unknown, watcher: Watcher) {
      watchers.add(watcher);
      return { close: () => watchers.delete(watcher) };
    },
  };

  return {
    container: {
      fs,
      async spawn(command: string, args: string[], options: { terminal: { cols: number; rows: number } }) {
        if (refusal !== undefined) throw refusal;
        let end: (code: number) => void = () => undefined;
        const exit = new Promise<number>((resolve) => (end = resolve));
        let out: ReadableStreamDefaultController<string> | undefined;
        const output = new ReadableStream<string>({ start: (controller) => void (out = controller) });
        const process: FakeProcess = {
          command: [command, ...args].join(' '),
          killed: false,
          typed: [],
          size: options.terminal,
          print: (text) => out?.enqueue(text),
          exit: (code) => {
            out?.close();
            end(code);
          },
        };
        processes.push(process);
        return {
          exit,
          output,
          input: new WritableStream<string>({ write: (text) => void process.typed.push(text) }),
          kill: () => void (process.killed = true),
          resize: (size: { cols: number; rows: number }) => void (process.size = size),
        };
      },
      on(_event: string, listener: (port: number, url: string) => void) {
        serverReady.add(listener);
        return () => serverReady.delete(listener);
      },
    } as unknown as Pick<WebContainer, 'fs' | 'spawn' | 'on'>,
    processes,
    files: kept,
    watchers,
    change(path: string, text: string) {
      kept.set(path, text);
      for (const watcher of watchers) watcher('rename', path);
    },
    remove(path: string) {
      kept.delete(path);
      for (const watcher of watchers) watcher('rename', path);
    },
    listening: (port: number, url: string) => serverReady.forEach((listener) => listener(port, url)),
    /** From now on nothing can be written or started. */
    refuse: (error: Error | undefined) => void (refusal = error),
  };
}

/** Lets everything that waits for nothing but a promise have its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
