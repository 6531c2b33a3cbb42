const vm = require('vm'); const log = console.log;
const ctx = vm.createContext({ a: 1, console, log }); 
log(vm.runInContext('var b = a + 1; function f(x) { return x * b } let c = 5; const d = 6; class K {} ; b', ctx), ctx.b, typeof ctx.f, ctx.f(4), ctx.c, ctx.K);
log(vm.runInContext('c + d + f(2)', ctx), vm.isContext(ctx), vm.isContext({}));
log(vm.runInNewContext('x + y', { x: 1, y: 2 })); log(vm.runInThisContext('typeof require + typeof globalThis'));
try { vm.runInNewContext('nope') } catch (e) { log(e.name, e.message) }
log(vm.runInNewContext('typeof process'));
try { new vm.Script('foo bar', 'my.js') } catch (e) { log(e.name, e.message, e.stack.split('\n').slice(0, 4)) }
const s = new vm.Script('globalThis.zz = (globalThis.zz || 0) + 1', 'z.js'); s.runInThisContext(); s.runInThisContext(); log(zz);
vm.runInThisContext('let q1 = 5; function qf() { return q1++ }'); log(vm.runInThisContext('qf(); q1'));
const fn = vm.compileFunction('return a + b + this.c', ['a', 'b'], { filename: 'cf.js' }); log(fn.call({ c: 3 }, 1, 2), fn.length);
try { vm.runInThisContext('throw new Error("in script")', { filename: 'scr.js', lineOffset: 10 }) } catch (e) { log(e.stack.split('\n')[1]) }
log(vm.runInContext('this === globalThis, typeof Array, globalThis.a', ctx), vm.runInContext('delete a; typeof a', ctx));
log(new Function('a', 'b', 'return a+b')(1, 2), Function('return this')() === globalThis, (() => {}).constructor === Function, Function.name, Function.length, (async () => {}).constructor.name);
new Function('p', 'return import(p)')('node:path').then(m => log(typeof m.join)); new (async () => {}).constructor('return await 5')().then(log);
log((function () { }) instanceof Function, Function.prototype.constructor === Function, class X extends Function { }.name, String(new Function('a', 'return a // import(x)')));
import('node:os').then(m => log(typeof m.default.cpus, Object.keys(m).length > 5)); eval('1+1'); (0, eval)('var ge = 7'); log(ge);
import('./nope.mjs').catch(e => log(e.code)); import('node:nope').catch(e => log(e.code, e.message)); import('./x.json', { with: { type: 'jsn' } }).catch(e => log(e.code, e.message.slice(0, 60)));
log(require('util').types.isModuleNamespaceObject(ctx)); import('fs').then(n => log(require('util').types.isModuleNamespaceObject(n), Object.isFrozen(n), Object.prototype.toString.call(n)));
const m = new module.constructor('x'); m._compile('module.exports = 5 + await1; var await1', '/x.js'); log(m.exports);
require('vm').runInNewContext('setTimeout', { setTimeout: 1 }); log(vm.runInNewContext('var {x, y=2} = o; x+y', { o: { x: 1 } })); log(JSON.stringify(vm.runInNewContext('[1,2].map(x => x*2)')));
