/** What a kind of program needs of the kernel and of whoever makes its workers. */
interface ProgramTraits {
  /** First line of the file that stands for it; `null`: no file does, a program asks for it by message. */
  readonly marker: string | null;
  /** The script its workers load, by a name that whoever composes the kernel knows. */
  readonly script: 'process' | 'shell';
  /** Where it learns of caught signals: one that blocks for ever never reads its messages and looks at its page. */
  readonly signals: 'message' | 'page';
  /** What /proc/self/exe says: where the file leads, or the name it was called by. */
  readonly execPath: 'resolved' | 'as-called';
}

/** Everything a worker can become. A third image is one more line here. */
export const PROGRAMS = {
  node: { marker: '#!slipway:node', script: 'process', signals: 'message', execPath: 'resolved' },
  shell: { marker: '#!slipway:shell', script: 'shell', signals: 'page', execPath: 'as-called' },
  /** A worker_threads thread of its parent process, which Node bootstraps in another way. */
  thread: { marker: null, script: 'process', signals: 'message', execPath: 'resolved' },
} as const satisfies Readonly<Record<string, ProgramTraits>>;

/** Workers are booted ahead as one of these, and become no other. */
export type ProgramKind = keyof typeof PROGRAMS;

/** The kinds a file can stand for. Any other file is a script for one of them. */
export type Image = { [K in ProgramKind]: (typeof PROGRAMS)[K]['marker'] extends null ? never : K }[ProgramKind];

/**
 * Started with `run`, the path and its arguments where a file is a program for real hardware. Part of the base image.
 */
export const NATIVE_LAUNCHER = '/usr/local/lib/slipway/native.cjs';

/** Undefined for any other file, which then is a script for one of them. */
export function imageOfMarker(line: string): Image | undefined {
  return (Object.keys(PROGRAMS) as ProgramKind[]).find((kind): kind is Image => PROGRAMS[kind].marker === line);
}
