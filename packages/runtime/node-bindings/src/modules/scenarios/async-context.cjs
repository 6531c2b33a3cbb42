const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage(); const g = () => als.getStore(); const out = [];
const sleep = (ms) => new Promise(r => setTimeout(r, ms));
async function job(n) { out.push(n + ' start:' + g()); await Promise.resolve(0); out.push(n + ' a:' + g()); try { await Promise.reject(1) } catch { out.push(n + ' catch:' + g()) } finally { out.push(n + ' fin:' + g()) }
 await sleep(5); out.push(n + ' t:' + g()); for await (const x of (async function* () { yield 1; await Promise.resolve(1); yield 2 })()) out.push(n + ' fa:' + x + g()); for await (const y of [1, Promise.resolve(2)]) out.push(n + ' fs:' + y + g());
 const th = { then(r) { out.push(n + ' thenable:' + g()); r(3) } }; await th; out.push(n + ' afterth:' + g()); const arrow = async x => await x + 1; out.push(n + ' arrow ' + await arrow(2) + ':' + g());
 await Promise.all([sleep(1), (async () => { await sleep(2); out.push(n + ' nested:' + g()) })()]); await new Promise(r => setImmediate(r)); out.push(n + ' imm:' + g()); await new Promise(r => process.nextTick(r)); out.push(n + ' tick:' + g()); await new Promise(r => queueMicrotask(r)); out.push(n + ' mt:' + g());
 await require('fs').promises.readFile(__filename); out.push(n + ' fs:' + g()); return n + ' end:' + g() }
(async () => { const rs = await Promise.all([als.run('A', job, 'a'), als.run('B', job, 'b'), job('none')]); out.push(...rs, 'outer:' + g());
 als.run('E', () => { Promise.resolve().then(() => out.push('then:' + g())).finally(() => out.push('finally:' + g())); setTimeout(() => out.push('timer:' + g()), 1) });
 async function init() { als.enterWith('W') } await als.run('X', async () => { await init(); out.push('enterWith:' + g()) }); out.push('after:' + g()); await sleep(10);
 const { EventEmitter, once } = require('events'); const e = new EventEmitter(); setTimeout(() => e.emit('x', 1), 2); await als.run('O', async () => { await once(e, 'x'); out.push('once:' + g()) });
 console.log(out.map(x => x).sort().join('\n')) })();
