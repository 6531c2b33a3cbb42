// v8.serialize and back; the bytes are V8's own.
const v8 = require('v8');
const value = {
  list: [1, -1, 1.5, 'é', '日本', null, undefined],
  map: new Map([[1, Buffer.from('q')]]),
  set: new Set(['x']),
  date: new Date(1),
  big: -(2n ** 70n),
  view: new Uint16Array([1, 2]),
};
value.self = value;
const bytes = v8.serialize(value);
console.log(bytes.toString('hex'));
console.log(v8.deserialize(bytes));
console.log(
  v8.deserialize(v8.serialize(new RangeError('far'))).message,
  v8.deserialize(v8.serialize(Object.assign(new Array(4), { 2: 'x' }))),
);
for (const bad of [() => 1, Symbol('s')]) {
  try {
    v8.serialize(bad);
  } catch (error) {
    console.log(error.message);
  }
}
try {
  v8.deserialize(Buffer.from('ff0f6f22', 'hex'));
} catch (error) {
  console.log(error.message);
}
