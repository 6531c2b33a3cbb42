/**
 * The command line after node::InitializeOncePerProcess: what belongs to Node,
 * what belongs to the program. `src/system` exports
 * `readCommandLine(realm): CommandLine`, parsed from `realm.sys.start`.
 */
export interface CommandLine {
  /** `process.argv` before lib patches it: argv[0], then the program's own. */
  readonly argv: readonly string[];
  /** The options in front of the program, as given. */
  readonly execArgv: readonly string[];
  /** Complaints ("bad option: --x"); the process prints them after its name and exits with 9. */
  readonly errors: readonly string[];
  /** `--version`, `--v8-options`, …: text to print instead of running anything. */
  readonly show?: string;
}
