/**
 * What an embedder forbids the people at its terminal, for the whole life of the
 * shell and of every subshell: nothing in the language changes it.
 */
export interface ShellLimits {
  /** Whether a redirection may open a file. Descriptors, pipes and here-documents are always there. */
  readonly redirects: boolean;
  /** The only commands that may run, as they are typed; absent, all. */
  readonly commands?: readonly string[];
}

/** Where neither `--no-redirects` nor `--allow-commands` was given. */
export const noLimits: ShellLimits = { redirects: true };
