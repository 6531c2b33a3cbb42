// Errors: one table, negative.
export { Errno, errnoName, type ErrnoName } from './errno.ts';
export { strerror, uvStrerror } from './strerror.ts';

// Bits: st_mode and O_*.
export { FileMode, fileType, isDirectoryMode, isFileMode, isLinkMode } from './file-mode.ts';
export { OpenFlags } from './open-flags.ts';

// Signals, by name and by Linux's number.
export { exitCodeOfSignal, signalNumber, signalNumbers, signalOfNumber } from './signals.ts';

// Bytes, without Node's Buffer.
export { joinBytes } from './join-bytes.ts';
