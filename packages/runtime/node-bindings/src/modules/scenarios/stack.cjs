// Prints the program's own frames; lib's and the engine's microtask frames differ by engine version.
const own = (stack) => stack.split('\n').filter((line) => !line.includes('node:')).map((line) => line.replaceAll(__dirname, '.'));
const first = () => own(new Error('x').stack)[2];
class A {
  #m() { return first(); }
  run() { return this.#m(); }
  static s() { return first(); }
  get g() { return first(); }
  constructor() { this.c = first(); }
  f = () => first();
  async am() { await Promise.resolve(); return own(new Error('in am').stack); }
}
const a = new A();
console.log(a.run(), A.s(), a.g, a.c, a.f());
const o = { f() { return first(); }, 'a-b': () => first(), h: function () { return first(); }, [Symbol('sy')]() { return first(); } };
const q = o.f;
console.log(o.f(), o['a-b'](), o.h(), q(), o[Object.getOwnPropertySymbols(o)[0]]());
exports.foo = function () { return first(); };
console.log(exports.foo(), [1].map(() => first())[0], (function () { return first(); })(), (() => first())());
function P() { this.where = first(); }
P.prototype.m = function () { return first(); };
console.log(new P().where, new P().m());
console.log(own(eval('new Error().stack')), own((0, eval)('new Error().stack')));
const depd = (() => { const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites; const sites = new Error().stack; Error.prepareStackTrace = before; return sites; })();
console.log(depd.slice(0, 2).map((site) => [site.getFileName().replace(__dirname, '.'), site.getLineNumber(), site.getColumnNumber(), site.getFunctionName(), site.getTypeName(), site.getMethodName(), site.isEval(), site.isNative(), site.isToplevel(), site.isConstructor(), site.getEvalOrigin(), site.isAsync()]));
const holder = {};
Error.captureStackTrace(holder);
console.log(own(holder.stack), typeof Error.prepareStackTrace, Error.prepareStackTrace.name, Error.stackTraceLimit);
console.log(require('util').getCallSites(1).map(({ functionName, scriptName, lineNumber, column }) => [functionName, scriptName.replace(__dirname, '.'), lineNumber, column]));
try { exports = null.x; } catch (error) { console.log(own(error.stack)); }
try { undefinedFn(); } catch (error) { console.log(own(error.stack)); }
Error.prepareStackTrace = (error, sites) => `custom ${sites[0].getLineNumber()}`;
console.log(new Error('q').stack);
Error.prepareStackTrace = undefined;
console.log(own(new Error('q').stack));
Error.stackTraceLimit = 1;
console.log(own(new Error('limited').stack));
Error.stackTraceLimit = 10;
async function outer() { return await a.am(); }
(async () => {
  console.log(await a.am());
  console.log(await outer());
  const wide = await   a.am(), other = await (async () => { await Promise.resolve(); return own(new Error('column').stack); })(); console.log(wide, other);
  console.log((await Promise.all([outer(), 1]))[0]);
})();
