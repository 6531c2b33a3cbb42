/**
 * Files that cannot pass in a browser, each with its cause. They stay in the
 * denominator: this list explains failures, it never removes one.
 */
const EXECVE = 'a worker cannot become another program';
const PROMISE_HOOKS = 'no engine hook tells a page of every promise';
const NATIVES = 'no switch of a page turns on V8\u2019s %natives';
const HEAP = 'a page can neither search its heap nor run the collector at once';

export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'parallel/test-eventtarget.js': HEAP,
  'parallel/test-fs-existssync-memleak-longpath.js': HEAP,
  'parallel/test-fs-filehandle.js': HEAP,
  'parallel/test-fs-promises-file-handle-close.js': HEAP,
  'parallel/test-module-print-timing.mjs': 'a page has no tracing agent',
  'parallel/test-process-env-sideeffects.js': 'a page has no V8 inspector of its own',
  'parallel/test-process-execve-on-exit.js': EXECVE,
  'parallel/test-process-execve-permission-granted.js': EXECVE,
  'parallel/test-process-execve-socket.js': EXECVE,
  'parallel/test-process-execve.js': EXECVE,
  'parallel/test-process-hrtime-bigint.js': NATIVES,
  'parallel/test-process-hrtime.js': NATIVES,
  'parallel/test-promise-hook-create-hook.js': PROMISE_HOOKS,
  'parallel/test-promise-hook-exceptions.js': PROMISE_HOOKS,
  'parallel/test-promise-hook-on-after.js': PROMISE_HOOKS,
  'parallel/test-promise-hook-on-before.js': PROMISE_HOOKS,
  'parallel/test-promise-hook-on-init.js': PROMISE_HOOKS,
  'parallel/test-promise-hook-on-resolve.js': PROMISE_HOOKS,
  'parallel/test-promise-swallowed-event.js': 'only the engine tells of a promise that is settled twice',
  'parallel/test-util-format.js': 'the engine does not tell a page the class of an object without prototype',
  'parallel/test-util-promisify.js': 'contexts of node:vm share the intrinsics of their worker',
};
