/**
 * What `npm run matrix:tools` tries: each cell is a project of a few files, with packages of the registry. A tool's output is
 * compared with what native Node prints; of a framework's build its exit code and the pages it must write; a development
 * server must show its page and every edit of it; a server must answer, and answer anew after an edit.
 */

/** Each project says this word, and after the edit of a file the other one. */
export const WORD = 'matrix';
/** See `Serving.edits`. */
export const EDITED = 'edited';

/** A program that listens, and is not waited for. */
export interface Serving {
  /** A line for a shell. */
  readonly command: string;
  readonly port: number;
  /** Behind the host; default `/`. */
  readonly path?: string;
  /** The file in which `matrix` becomes `edited`. */
  readonly edits: string;
}

/** How a tool ends that cannot run here: not by any failure, and not without a word of ours. */
export interface Refusal {
  /** In the output of the last command, which fails: that it is refused for this reason and no other. */
  readonly tool: string;
  /** Of the container's own sentence with the way out: there, or when the tool is installed. */
  readonly ours: string;
}

/** One project, and what is done in it. */
export interface Cell {
  readonly name: string;
  /** A `server` answers requests, what a `framework` serves is shown in a frame. */
  readonly kind: 'framework' | 'server' | 'tool' | 'refused';
  /** By name, with the range that is asked for. */
  readonly packages: Readonly<Record<string, string>>;
  /** Into package.json, besides. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines for a shell, one after the other. */
  readonly commands: readonly string[];
  /** Files that must be there afterwards, with what each must contain. */
  readonly writes?: Readonly<Record<string, string>>;
  readonly serves?: Serving;
  readonly refusal?: Refusal;
  /** Why it cannot pass, where that is not the runtime's doing: it is tried all the same. */
  readonly outside?: string;
}
