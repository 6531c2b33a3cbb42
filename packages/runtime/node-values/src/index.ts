// The format of v8.serialize, which messages between threads use as well.
export { ValueReader } from './value-reader.ts';
export { ValueWriter } from './value-writer.ts';

// Maps and sets by their slots, whatever a program did to prototypes.
export { entriesOf, isMap, isSet, membersOf } from './brands.ts';

// Errors as Node's C++ throws them: plain classes with a `code`, and no frames of this room in their stack.
export { codedError, nativeError } from './coded-error.ts';
