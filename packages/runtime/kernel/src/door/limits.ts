/** What a posted message may hold at most. Every legitimate message stays far below, or Linux refuses it too. */
export const LIMITS = {
  /** Ids come from one Int32 (control-page.ts), pids and groups from a counter of the kernel's. */
  number: 2 ** 31 - 1,
  port: 65_535,
  /** execve(2): MAX_ARG_STRLEN, 32 pages. */
  argument: 131_072,
  /** execve(2): ARG_MAX for arguments and environment together, a quarter of an 8 MiB stack. */
  arguments: 2 * 1024 * 1024,
  /** What execve(2) counts for a string beside its characters: a pointer and the NUL. */
  perArgument: 9,
  /** An environment that threads share is not given to execve(2); `SharedText` holds 4 MiB. */
  threadEnvironment: 16 * 1024 * 1024,
  /** PATH_MAX of the file system. */
  path: 4096,
  /** `unix:` and a path, or a name of RFC 1035. */
  host: 5 + 4096,
  /** RLIMIT_NOFILE of the containers (client/open-descriptors.ts). */
  descriptors: 4096,
  /** What an eval of a thread is given is its url. */
  threadUrl: 64 * 1024 * 1024,
  threadName: 65_536,
  resourceLimits: 16,
  signalName: 32,
  /** The most a UDP datagram holds over IPv4. */
  datagram: 65_507,
  /** Pipe buffers of Linux end at 1 MiB (fs.pipe-max-size). */
  ring: 1024 * 1024,
  /** Label of a parcel: addresses, a type. */
  label: { depth: 4, values: 64, characters: 16_384 },
  /** `code` with as many files as a command line holds. */
  hostEvent: { depth: 5, values: 262_144, characters: 2 * 1024 * 1024 },
  /** WebAssembly's limit of a module. */
  module: 1024 * 1024 * 1024,
} as const;
