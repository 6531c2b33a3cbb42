// Asynchronous stack traces, also while AsyncLocalStorage is in use.
const { AsyncLocalStorage } = require('async_hooks');
const als = new AsyncLocalStorage();
const own = (stack) => stack.split('\n').filter((line) => !line.includes('node:')).map((line) => line.replaceAll(__dirname, '.'));
async function inner() {
  await Promise.resolve();
  return own(new Error('x').stack);
}
async function outer() {
  return await inner();
}
async function failing() {
  await Promise.resolve();
  throw new Error('failed');
}
(async () => {
  console.log(await outer());
  await als.run(1, async () => {
    console.log(await outer(), als.getStore());
    try {
      await failing();
    } catch (error) {
      console.log(own(error.stack), als.getStore());
    } finally {
      als.enterWith(2);
    }
    const nested = async () => {
      'use strict';
      try { return [await outer(), await (await inner)(), this === undefined]; } finally { console.log('finally', als.getStore()); }
    };
    console.log(await nested(), als.getStore());
  });
  console.log(await outer(), als.getStore());
})();
