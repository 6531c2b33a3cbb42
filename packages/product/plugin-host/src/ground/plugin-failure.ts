/**
 * How a call ends that does not end well. `guest` is the plugin's own error, all others
 * are ours. `timeout` and `died` are known only to whoever runs calls in a thread.
 */
export type FailureKind = 'guest' | 'trap' | 'fuel' | 'stack' | 'memory' | 'host' | 'timeout' | 'died';

/** Thrown through the guest to end its call. A guest that catches it has failed all the same. */
export class PluginFailure extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
