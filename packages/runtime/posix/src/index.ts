// Errors: one table, negative.
export { Errno, errnoName, type ErrnoName } from './errno.ts';
export { strerror, uvStrerror } from './strerror.ts';

// Bits: st_mode and O_*.
export { FileMode, fileType, isDirectoryMode, isFileMode, isLinkMode } from './file-mode.ts';
export { OpenFlags } from './open-flags.ts';

// Signals.
export { exitCodeOfSignal, signalNumber, signalNumbers, signalOfNumber } from './signals.ts';

// Bytes.
export { joinBytes } from './join-bytes.ts';
