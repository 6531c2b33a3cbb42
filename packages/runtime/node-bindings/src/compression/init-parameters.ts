/** What the `init` of several streams does with its arguments. Reference: Node src/node_zlib.cc. */
import { codedError } from '@slipway/node-values';
import { plainView } from '../handles/stream-base.ts';

/** lib fills its parameter arrays with -1. */
export const UNSET = 0xffff_ffff;

/** Whether lib gave the parameter, and not as a switch that is off. */
export function isSet(parameter: number | undefined): boolean {
  return parameter !== undefined && parameter !== UNSET && parameter !== 0;
}

/** What both sides of a stream know beforehand; kept, as lib may be given it again. */
export function dictionaryBytes(dictionary: unknown): Uint8Array | undefined {
  return ArrayBuffer.isView(dictionary) ? plainView(dictionary).slice() : undefined;
}

/** What `init` of a stream cannot do with its parameters. */
export function initFailure(reason: string): Error {
  return codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', `Initialization failed: ${reason}`);
}
