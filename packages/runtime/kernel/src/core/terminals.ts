import { Errno } from '@slipway/posix';
import type { ChannelEnd, DescriptorEnd } from '../contract/messages.ts';
import type { KernelHost } from '../contract/kernel-host.ts';
import { nextId } from '../memory/control-page.ts';
import { Ring } from '../memory/ring.ts';
import { type ByteStream, RingStream } from '../memory/ring-stream.ts';
import { allocateTtyPage } from '../memory/tty-page.ts';
import type { Process, Task } from '../tables/process-table.ts';
import type { Connections } from './connections.ts';
import { Pty } from './pty.ts';

/** What is typed goes in by `type`, what is printed comes out of `end`. */
export interface Terminal {
  readonly end: ChannelEnd;
  type(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
  /** The kernel lets go of the processes' side: when they have too, the output ends. */
  release(): void;
}

/** What processes write to a terminal; `null` is the end. Awaiting it slows a program that writes too fast. */
export type TerminalOutput = (bytes: Uint8Array<ArrayBuffer> | null) => void | Promise<void>;

/** They signal groups alone, as a tty does: ^C is for the whole foreground group. */
export interface TerminalsParts {
  readonly host: Pick<KernelHost, 'emit'>;
  readonly control: SharedArrayBuffer;
  readonly connections: Connections;
  readonly signal: (pgid: number, name: string) => void;
}

/** The pseudo terminals of the container (pty(7)): who stands in the foreground, in which mode. */
export class Terminals {
  readonly #parts: TerminalsParts;
  readonly #ptys = new Map<number, Pty>();

  constructor(parts: TerminalsParts) {
    this.#parts = parts;
  }

  /** Newlines reach `output` as CR LF if `crlf` (ONLCR of termios(3)). */
  open({ columns, rows, crlf }: { columns: number; rows: number; crlf: boolean }, output: TerminalOutput): Terminal {
    const { connections, control, signal } = this.#parts;
    const { channels, slot } = connections;
    const id = nextId(control);
    const rings = [Ring.allocate(), Ring.allocate()] as const;
    const page = allocateTtyPage(columns, rows);
    channels.create(id, rings, 'tty', [0, 1], connections, page);
    const pty = new Pty(page, new Ring(rings[0], slot), {
      output: (bytes) => this.#alone(async () => await output(bytes), 'show what was typed'),
      signal: (name) => signal(pty.foreground, name),
    });
    this.#ptys.set(id, pty);
    const stream = new RingStream(new Ring(rings[1], slot), null, () => channels.release(id, 0, connections));
    this.#alone(() => this.#pump(id, stream, crlf, output), 'show the output of a terminal');
    return {
      end: connections.mustEnd(id, 1),
      type: (bytes) => pty.type(bytes),
      resize: (newColumns, newRows) => pty.resize(newColumns, newRows),
      release: () => channels.release(id, 1, connections),
    };
  }

  /** Makes the process's group the foreground group of a terminal among its descriptors. */
  claim(process: Process, descriptors: readonly (DescriptorEnd | null)[]): void {
    for (const entry of descriptors) {
      const pty = entry?.kind === 'channel' ? this.#ptys.get(entry.id) : undefined;
      if (pty !== undefined) pty.foreground = process.pgid;
    }
  }

  /** tcsetattr(3), raw or cooked: 0 or a negative errno. */
  setRaw(task: Task, channel: number, raw: boolean): number {
    const pty = this.#held(task, channel);
    if (pty === undefined) return Errno.ENOTTY;
    pty.setRaw(raw);
    if (raw) task.process.rawTerminals.add(channel);
    else task.process.rawTerminals.delete(channel);
    return 0;
  }

  /** tcsetpgrp(3): 0 or a negative errno. */
  setForeground(task: Task, channel: number, pgid: number): number {
    const pty = this.#held(task, channel);
    if (pty === undefined) return Errno.ENOTTY;
    pty.foreground = pgid;
    return 0;
  }

  /** What the process had made raw falls back. */
  leave(process: Process): void {
    for (const channel of process.rawTerminals) this.#ptys.get(channel)?.setRaw(false);
  }

  /** A terminal is changed by those who have it, not by whoever guesses its number. */
  #held(task: Task, channel: number): Pty | undefined {
    return this.#parts.connections.channels.holds(channel, 1, task) ? this.#ptys.get(channel) : undefined;
  }

  async #pump(id: number, stream: ByteStream, crlf: boolean, output: TerminalOutput): Promise<void> {
    // Awaiting the emulator is what slows a program that writes faster than it is shown.
    try {
      for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read())
        await output(crlf ? Pty.toEmulator(bytes) : bytes);
    } finally {
      stream.close();
      this.#ptys.delete(id);
    }
    await output(null);
  }

  /** Work that nobody waits for: its failure is told. */
  #alone(work: () => Promise<void>, action: string): void {
    work().catch((error: unknown) =>
      this.#parts.host.emit({
        type: 'error',
        message: `Cannot ${action}: ${error instanceof Error ? error.message : String(error)}`,
      }),
    );
  }
}
