/**
 * A component that cannot be a plugin, whatever is wrong with it: cut off, not allowed, not linkable.
 * The one class of errors that decoding, metering and linking throw.
 */
export class InstantiationError extends Error {
  readonly code = 'INSTANTIATION_ERROR';

  constructor(reason: string) {
    super(`Cannot use the plugin: ${reason}`);
  }
}
