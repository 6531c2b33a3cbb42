/**
 * Which `internal/main/*` a process runs. Reference: node::StartExecution,
 * src/node.cc; the order of the tests is Node's.
 */
export interface MainScriptQuestion {
  readonly isMainThread: boolean;
  /** argv[1], or '' where there is none. */
  readonly firstArgument: string;
  readonly stdinIsTty: boolean;
  /** The value under which lib knows an option; `undefined` where there is none of that name. */
  option(name: string): unknown;
}

/** The `internal/main/*` script for a command line. Reference: StartExecution, Node src/node.cc. */
export function chooseMainScript(ask: MainScriptQuestion): string {
  const has = (name: string) => {
    const value = ask.option(name);
    return value !== undefined && value !== false && value !== '';
  };
  if (!ask.isMainThread) return 'internal/main/worker_thread';
  if (ask.firstArgument === 'inspect') return 'internal/main/inspect';
  if (has('--help')) return 'internal/main/print_help';
  if (has('--prof-process')) return 'internal/main/prof_process';
  // `-e ''` is an eval as well, so an empty string counts here.
  if (ask.option('[has_eval_string]') === true && !has('--interactive')) return 'internal/main/eval_string';
  if (has('--check')) return 'internal/main/check_syntax';
  if (has('--test')) return 'internal/main/test_runner';
  if (has('--watch')) return 'internal/main/watch_mode';
  // `-` is stdin as a program.
  if (ask.firstArgument !== '' && ask.firstArgument !== '-') return 'internal/main/run_main_module';
  if (has('--interactive') || ask.stdinIsTty) return 'internal/main/repl';
  return 'internal/main/eval_stdin';
}
