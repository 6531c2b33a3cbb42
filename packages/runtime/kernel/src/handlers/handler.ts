import type { KernelHost } from '../contract/kernel-host.ts';
import type { MessageOf, ProcessMessage, Replies } from '../contract/messages.ts';
import type { Connections } from '../core/connections.ts';
import type { Ends } from '../core/ends.ts';
import type { Signals } from '../core/signals.ts';
import type { Spawner } from '../core/spawner.ts';
import type { Terminals } from '../core/terminals.ts';
import type { ModuleShelf } from '../tables/module-shelf.ts';
import type { ProcessTable, Task } from '../tables/process-table.ts';

/** Made once with the kernel; a handler keeps nothing between two messages. */
export interface KernelParts {
  readonly host: KernelHost;
  readonly processes: ProcessTable;
  readonly connections: Connections;
  readonly terminals: Terminals;
  readonly signals: Signals;
  readonly spawner: Spawner;
  readonly ends: Ends;
  /** A container's programs rarely share more large modules than these; small ones are the runtime's own. */
  readonly modules: { readonly large: ModuleShelf; readonly small: ModuleShelf };
}

type MessageType = ProcessMessage['type'];

/**
 * What a handler gives back: for a type that `Replies` names the answer, or
 * `later` when somebody else will answer, or nobody; else nothing.
 */
type Outcome<K extends MessageType> = K extends keyof Replies ? Replies[K] | 'later' : void;

/** One message of one task. It has passed the door: its fields are what their types say. */
export type Handler<K extends MessageType> = (
  parts: KernelParts,
  task: Task,
  message: MessageOf<K>,
  ports: readonly unknown[],
) => Outcome<K>;

/** The compiler refuses a table in which a type is missing. */
export type HandlersOf<K extends MessageType> = { readonly [Type in K]: Handler<Type> };
