const vm = require('vm'); const log = console.log;
const linker = (all) => (specifier) => all[specifier];
(async () => {
  const tryIt = async (name, text, options = {}, all = {}, timeout = 60) => {
    const m = new vm.SourceTextModule(text, options); await m.link(linker(all));
    try { await m.evaluate({ timeout }); log(name, m.status, m.namespace.x); } catch (e) { log(name, m.status, e.code, e.message, m.error?.code ?? m.error?.message); }
    return m;
  };
  await tryIt('loop', 'while (true) {}');
  await tryIt('in a context', 'for (;;) { a++ }', { context: vm.createContext({ a: 1 }) });
  await tryIt('caught', 'export const x = 1; try { for (;;); } catch {}');
  await tryIt('value', 'export let x = 0; for (let i = 0; i < 9; i++) x += i; const f = () => { "use strict"; return x }; f()', {}, {}, 20000);
  await tryIt('throws', 'export let x = 0; for (;;) throw new Error("own")', {}, {}, 20000);
  await tryIt('awaits', 'export let x = 1; await null; for (let i = 0; i < 9; i++) x++;', {}, {}, 20000);
  const dependency = new vm.SourceTextModule('export const y = 1; for (;;);');
  await tryIt('dependency', 'import { y } from "d"; export const x = y', {}, { d: dependency });
  log(dependency.status);
  await tryIt('default', 'export default function () { for (;;) return 2 }; export const x = import.meta.url', {}, {}, 20000);
  process.on('exit', () => log('end'));
})();
