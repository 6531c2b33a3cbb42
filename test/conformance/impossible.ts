/**
 * Files that cannot pass in a browser, each with its cause. They stay in the
 * denominator: this list explains failures, it never removes one.
 */
const ASYNC_RESULT = 'nothing tells a page of the promise that an async function returns before it is used';
const EARLIER = 'nothing tells a page of reactions that were made before hooks were set';
const CONTEXTS = 'contexts of node:vm share the intrinsics of their worker';
const STACK = 'the stack of a browser\u2019s worker is smaller, and no switch changes it';
const NATIVES = 'no switch of a page turns on V8\u2019s %natives';
const HEAP = 'a page cannot search its heap';

/**
 * Path below the test folder to cause. A file that passes
 * after all is named by the report, to be taken out.
 */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'parallel/test-assert.js': CONTEXTS,
  'parallel/test-async-hooks-async-await.js': ASYNC_RESULT,
  'parallel/test-async-hooks-enable-before-promise-resolve.js': EARLIER,
  'parallel/test-async-hooks-enable-during-promise.js': EARLIER,
  'parallel/test-async-hooks-recursive-stack-runInAsyncScope.js': STACK,
  'parallel/test-async-wrap-pop-id-during-load.js': STACK,
  'parallel/test-async-wrap-promise-after-enabled.js': EARLIER,
  'parallel/test-buffer-backing-arraybuffer.js': 'the engine does not tell a page where the bytes of a small array lie',
  'parallel/test-diagnostics-channel-memory-leak.js': HEAP,
  'parallel/test-domain-promise.js': CONTEXTS,
  'parallel/test-fs-existssync-memleak-longpath.js': HEAP,
  'parallel/test-fs-promises-file-handle-close.js': HEAP,
  'parallel/test-module-print-timing.mjs': 'a page has no tracing agent',
  'parallel/test-process-env-sideeffects.js': 'a page has no V8 inspector of its own',
  'parallel/test-util-promisify.js': CONTEXTS,
  'parallel/test-v8-flags.js': NATIVES,
  'parallel/test-v8-query-objects.js': HEAP,
};
