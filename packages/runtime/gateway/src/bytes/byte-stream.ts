/** A connection as the gateway sees it; the kernel's ring streams are such. */
export type { ByteStream } from '@slipway/kernel';
import type { ByteStream } from '@slipway/kernel';

/** Connects to a port of the container, or a negative Linux errno. */
export type Connect = (port: number) => ByteStream | number;
