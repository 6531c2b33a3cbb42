// Texts that end their function, or lack an end, through everything that compiles: the error is the text's own, and nothing of it runs.
const vm = require('vm');
const Module = require('module');

const texts = [
  '}', '})', ')', '*/', '}); (()=>{', '});(function(){/*', '} {', '}\n{', '}/*', '}//', '});//', '//\u2028}', 'var a = 1; }', '"use strict";}{',
  '\n\n}).call(1);(function(){\n', 'a\n}/*\n', '} globalThis.escaped = 1; {', '}; globalThis.escaped = 1; if (1) {', '}, x() {', '}(globalThis.escaped = 1), {',
  '})(globalThis.escaped = 1), (() => {', '}); globalThis.escaped = 1; (function () {', '}}); globalThis.escaped = 1; (function () { with ({}) {', '}; return; function g() {', 'return; } {',
  'import("x") } {', '}); await import("x"); (async () => {',
  '{', '(', '[', '`', '`${', '`${}', '"', "'", '/', '/a', '/*', ' a /* b\nc', 'if(1){', 'if(1){\n\n', '\tif (1) {\n\t\t', 'foo(', '({a:1', '[1,2', 'x = {',
  'function f() {', 'class A {', 'switch (1) {', 'for (;;) {', 'try {', 'const x = ;', '1 -->', 'super()', 'await 1', 'return', 'return 1 //x',
  '//', 'a//', '<!-- x', '-->x', ' /* */ --> x', 'x=`}`', 'yield', 'async () => { await 1 }',
  '"use strict"; with(a){}', "/* l */ 'use strict'; with(a){}", "'use strict'; var public",
];
const ways = {
  compileFunction: (text) => vm.compileFunction(text, [], { filename: 'F' }),
  'compileFunction with parameters': (text) => vm.compileFunction(text, ['a', 'b'], { filename: 'F' }),
  'compileFunction in a context': (text) => vm.compileFunction(text, ['a'], { filename: 'F', parsingContext: vm.createContext({}) }),
  'compileFunction with extensions': (text) => vm.compileFunction(text, [], { filename: 'F', contextExtensions: [{}] }),
  Script: (text) => new vm.Script(text, { filename: 'F' }),
  Function: (text) => new Function(text),
  AsyncFunction: (text) => new (async () => {}).constructor(text),
  Module: (text) => compileModule(text),
  'Module that returns': (text) => compileModule(`if (0) {}\nreturn;\n${text}`),
};
function compileModule(text) {
  const module = new Module('/x/m.js');
  module.filename = '/x/m.js';
  module._compile(text, '/x/m.js');
}
for (const text of texts) {
  for (const [way, compile] of Object.entries(ways)) {
    let told = 'compiles';
    try {
      compile(text);
    } catch (error) {
      told = `${error.name} ${error.message} ${JSON.stringify(String(error.stack).split('\n    at')[0])}`;
    }
    console.log(way, JSON.stringify(text), told, globalThis.escaped === undefined ? '' : 'ESCAPED');
    delete globalThis.escaped;
  }
}

const parameterLists = [['a){', 'b'], ['a', 'b){ await 1; } {'], ['/*', '*/){'], ['a = await 1'], ['...a'], ['a\n//'], ['a', { toString: () => 'b' }]];
for (const parameters of parameterLists) {
  try {
    console.log(new Function(...parameters, 'return import("node:fs")').length);
  } catch (error) {
    console.log(JSON.stringify(parameters), error.name, error.message);
  }
}

// What was compiled looks as it does, and knows its lines.
for (const [text, parameters] of [['x', ['a', 'b']], ['//', []], ['return a +\n  b // c', ['a', 'b']]]) {
  const compiled = vm.compileFunction(text, parameters);
  console.log(JSON.stringify(String(compiled)), JSON.stringify(compiled.name), compiled.length);
}
console.log(vm.compileFunction('return String(function f() { return 1 })')(), String(new Function('a', 'b', 'return a')));
for (const text of ['throw new Error("x")', '\n  throw new Error("x")', '\n\nfunction f() { throw new Error("x") }\n f()', '\r\n\u2028 throw new Error("x")']) {
  for (const place of [{}, { lineOffset: 5 }, { lineOffset: 5, columnOffset: 3 }, { contextExtensions: [{}] }]) {
    try {
      vm.compileFunction(text, ['q'], { filename: 'G', ...place })();
    } catch (error) {
      console.log(error.stack.split('\n').filter((line) => line.includes('G:')).join());
    }
  }
}
