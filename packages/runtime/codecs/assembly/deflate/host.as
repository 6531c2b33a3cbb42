// What the JavaScript beside this module does for the stream that is being stepped: input and output stay in its own
// memory, and only what is needed crosses, once.

/** Copies the next `length` bytes of the input to `address` and passes over them. */
@external("host", "take")
export declare function take(address: usize, length: i32): void;

/** Copies the last `length` bytes that were passed over in this step to `address`. */
@external("host", "takeAgain")
export declare function takeAgain(address: usize, length: i32): void;

/** Appends `length` bytes at `address` to the output. */
@external("host", "put")
export declare function put(address: usize, length: i32): void;
