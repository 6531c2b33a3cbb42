/**
 * What src/node_options.cc says about options beside their table of names and
 * types (which is dumped from the binary, `data.options`).
 */

/** `Implies(from, to)`: giving `from` sets the boolean `to`; a leading `!` clears it. */
export const IMPLICATIONS: Readonly<Record<string, readonly string[]>> = {
  '--eval': ['[has_eval_string]'],
  '--env-file': ['[has_env_file_string]'],
  '--env-file-if-exists': ['[has_env_file_string]'],
  '--test-random-seed': ['[has_test_random_seed]'],
  '--use-openssl-ca': ['[ssl_openssl_cert_store]'],
  '--use-bundled-ca': ['![ssl_openssl_cert_store]'],
  '--inspect-brk': ['--inspect'],
  '--inspect-brk-node': ['--inspect'],
  '--inspect-wait': ['--inspect'],
  '--node-memory-debug': ['--debug-arraybuffer-allocations', '--verify-base-objects'],
  '--experimental-transform-types': ['--strip-types', '--enable-source-maps'],
  '--report-signal': ['--report-on-signal'],
  '--trace-env-js-stack': ['--trace-env'],
  '--trace-env-native-stack': ['--trace-env'],
  '--watch-path': ['--watch'],
  '--build-snapshot-config': ['--build-snapshot'],
  '--harmony-shadow-realm': ['--experimental-shadow-realm'],
  '--permission': ['!--addons'],
  '--permission-audit': ['!--addons'],
};

/** Two names of one field: setting either must show under both, as both point at one member in C++. */
export const SAME_FIELD: readonly (readonly [string, string])[] = [
  ['--require-module', '--experimental-require-module'],
];

/** Less than OptionValues: a check may read and not set. */
export interface CheckedValues {
  boolean(name: string): boolean;
  text(name: string): string;
  number(name: string): number;
  list(name: string): readonly string[];
}

/**
 * Options that promise protection. They are refused: a program that was started
 * with one of them must never run without what it promises.
 */
const UNKEPT_PROMISES = ['--permission', '--permission-audit'];

/** The `CheckOptions` functions, in their order, and what is refused here only. */
export function checkOptions(values: CheckedValues): string[] {
  const errors: string[] = [];
  const refuse = (condition: boolean, message: string): void => {
    if (condition) errors.push(message);
  };
  const both = (a: string, b: string): void =>
    refuse(values.boolean(a) && values.boolean(b), `either ${a} or ${b} can be used, not both`);
  // Set by the implication of --eval, which covers -p and -e "" as well.
  const hasEval = values.boolean('[has_eval_string]');

  for (const name of UNKEPT_PROMISES) refuse(values.boolean(name), `${name} is not supported in this runtime`);

  // PerProcessOptions::CheckOptions: what concerns the whole process.
  both('--use-openssl-ca', '--use-bundled-ca');
  refuse(!['off', 'on', 'silent'].includes(values.text('--use-largepages')), 'invalid value for --use-largepages');

  // EnvironmentOptions::CheckOptions: what each environment has of its own. The order of the messages is Node's.
  refuse(
    !['', 'commonjs', 'module', 'commonjs-typescript', 'module-typescript'].includes(values.text('--input-type')),
    '--input-type must be "module","commonjs", "module-typescript" or "commonjs-typescript"',
  );
  refuse(values.boolean('--check') && hasEval, 'either --check or --eval can be used, not both');
  refuse(
    !['', 'warn-with-error-code', 'throw', 'strict', 'warn', 'none'].includes(values.text('--unhandled-rejections')),
    'invalid value for --unhandled-rejections',
  );
  refuse(
    !['', 'all', 'no-node-modules'].includes(values.text('--trace-require-module')),
    'invalid value for --trace-require-module',
  );
  both('--tls-min-v1.3', '--tls-max-v1.2');
  refuse(values.number('--heapsnapshot-near-heap-limit') < 0, '--heapsnapshot-near-heap-limit must not be negative');
  if (values.boolean('--test')) {
    both('--test', '--check');
    refuse(hasEval, 'either --test or --eval can be used, not both');
    both('--test', '--interactive');
    refuse(values.list('--watch-path').length > 0, '--watch-path cannot be used in combination with --test');
  }
  if (values.boolean('--watch')) {
    if (values.boolean('--check')) both('--watch', '--check');
    else if (hasEval) errors.push('either --watch or --eval can be used, not both');
    else if (values.boolean('--interactive')) both('--watch', '--interactive');
  }
  // The defaults (1000 µs, 512 KiB) mean "not given".
  for (const kind of ['cpu', 'heap'] as const) {
    if (values.boolean(`--${kind}-prof`)) continue;
    refuse(values.text(`--${kind}-prof-name`) !== '', `--${kind}-prof-name must be used with --${kind}-prof`);
    refuse(values.text(`--${kind}-prof-dir`) !== '', `--${kind}-prof-dir must be used with --${kind}-prof`);
    refuse(
      values.number(`--${kind}-prof-interval`) !== (kind === 'cpu' ? 1000 : 524288),
      `--${kind}-prof-interval must be used with --${kind}-prof`,
    );
  }

  // DebugOptions::CheckOptions: there is no inspector, but wrong options are refused with Node's words.
  refuse(
    values.boolean('--debug') || values.boolean('--debug-brk'),
    '[DEP0062]: `node --debug` and `node --debug-brk` are invalid. ' +
      'Please use `node --inspect` and `node --inspect-brk` instead.',
  );
  for (const destination of values.text('--inspect-publish-uid').split(',')) {
    refuse(!['stderr', 'http', ''].includes(destination), '--inspect-publish-uid destination can be stderr or http');
  }
  return errors;
}
