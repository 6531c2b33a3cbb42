/**
 * The programs of the prompt inside a container: that each is there, starts, and does its work with the container's
 * files, pipes, terminal and network. What they print is compared with the machine's own in their room.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from './open-container.ts';

const LIMIT_MS = 120_000;
const PROGRAMS =
  'curl wget tar gzip gunzip zcat zip unzip xxd od comm less more tree jq make nano git python3 uptime wasm turbo loadenv'.split(
    ' ',
  );

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
}, LIMIT_MS);
afterAll(() => container?.close());

const shell = (script: string): ReturnType<TestContainer['run']> =>
  container.run('sh', ['-c', script], { limitMs: LIMIT_MS });

it('TC-11 every program of the prompt is there and has --help', { timeout: LIMIT_MS }, async () => {
  const run = await shell(
    `for p in ${PROGRAMS.join(' ')}; do $p --help > /tmp/help || echo "$p fails"; test -s /tmp/help || echo "$p is silent"; done`,
  );
  expect({ stdout: run.stdout, code: run.code }).toEqual({ stdout: '', code: 0 });
});

it(
  'DI-08 every command of a hosted container is there, or refuses by name with a reason',
  { timeout: LIMIT_MS },
  async () => {
    const names = 'pnpm pnpx yarn turbo corepack xxd curl getconf uptime jq loadenv python3 wasm'.split(' ');
    const posix =
      '[ alias awk basename bg cat cd chgrp chmod chown cmp comm command cp cut date df diff dirname du echo env expr false fc fg find getconf getopts grep hash head id jobs kill ln ls make mkdir more mv nl od paste printf ps pwd read rm rmdir sed sh sleep sort stty tail tee test time touch tr true tty type ulimit umask unalias uname uniq wait wc xargs'.split(
        ' ',
      );
    const run = await shell(
      `for p in ${names.join(' ')} clear code hostname which xdg-open node npm npx; do command -v $p > /dev/null || echo "$p is missing"; done
    for p in ${posix.join(' ')}; do command -v "$p" > /dev/null || echo "$p"; done`,
    );
    expect(run.stdout).toBe('fc\n');
    const refused = await shell('turbo run build; echo "code $?"; loadenv; echo "code $?"; jsh -c vi; echo "code $?"');
    expect(refused.stdout).toBe('code 127\ncode 127\ncode 127\n');
    expect(refused.stderr).toMatch(
      /turbo: .* native code[\s\S]*npm run build --workspaces[\s\S]*loadenv: [\s\S]*--env-file/,
    );
    expect(refused.stderr).toContain('vi (not in this container: use nano)');
  },
);

it('DI-08 getconf, uptime and wasm do their work', { timeout: LIMIT_MS }, async () => {
  // (module (import fd_write) (memory) (data "hi\\n") (func $_start …)), as wat2wasm makes it.
  const program =
    'AGFzbQEAAAABDAJgBH9/f38Bf2AAAAIjARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAADAgEBBQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAEKDwENAEEBQQBBAUEUEAAaCwsRAQBBAAsLCAAAAAMAAABoaQo=';
  const run =
    await shell(`getconf PATH_MAX /; uptime -p | cut -c1-3; uptime | grep -c 'load average'; uptime --nope; echo "code $?"
    echo ${program} | base64 -d > hi.wasm; wasm hi.wasm; echo "code $?"; wasm nosuch.wasm; echo "code $?"; echo x > x.wasm; wasm x.wasm; echo "code $?"; wasm; echo "code $?"`);
  expect(run.stdout).toBe('4096\nup \n1\ncode 1\nhi\ncode 0\ncode 1\ncode 126\ncode 1\n');
  expect(run.stderr).toContain("cannot read 'nosuch.wasm'");
});

it('TC-11 archives go round, pipes and all', { timeout: LIMIT_MS }, async () => {
  const run = await shell(`mkdir -p pack/d/e; cd pack; echo hi > d/f; chmod 755 d/f; ln -s f d/l; seq 2000 > d/big
    tar czf x.tgz d && zip -qry x.zip d && sha256sum d/big > sum && rm -r d && tar xzf x.tgz && sha256sum -c sum
    ls -l d | tail -n +2 | cut -c1-10; rm -r d; unzip -q x.zip; readlink d/l; stat -c %a d/f; tree --charset=ascii d
    gzip d/big; zcat d/big.gz | tail -1; tar cf - d | tar tf - | sort | od -An -c | wc -l; printf 'b\\n' | comm -12 - d/f; xxd d/f`);
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe(
    'd/big: OK\n-rw-r--r--\ndrwxr-xr-x\n-rwxr-xr-x\nlrwxrwxrwx\nf\n755\n' +
      'd\n|-- big\n|-- e\n|-- f\n`-- l -> f\n\n2 directories, 3 files\n2000\n2\n00000000: 6869 0a                                  hi.\n',
  );
});

it('TC-11 curl and wget ask servers of the container; make runs recipes', { timeout: LIMIT_MS }, async () => {
  await container.mount({
    'web/server.mjs': `import http from 'node:http';
      http.createServer(async (q, s) => { let b = ''; for await (const c of q) b += c; s.end(q.method + ' ' + q.url + ' ' + b + '\\n'); })
        .listen(3456, () => console.log('up'));`,
    'web/Makefile':
      'all: out.txt\n\t@cat $<\nout.txt: $(wildcard *.mjs)\n\tcurl -s -d a=1 localhost:3456/x > $@\n\twget -qO- localhost:3456/y >> $@\n',
  });
  const run = await shell(`cd web; node server.mjs > log & server=$!
    until grep -q up log; do sleep 0.1; done; make; make out.txt; curl -sS localhost:3457/; echo "code $?"; kill $server`);
  expect(run.stdout).toBe(
    'curl -s -d a=1 localhost:3456/x > out.txt\nwget -qO- localhost:3456/y >> out.txt\nPOST /x a=1\nGET /y \n' +
      "make: 'out.txt' is up to date.\ncode 7\n",
  );
  expect(run.stderr).toMatch(/^curl: \(7\) Failed to connect to localhost port 3457 /m);
});

it('TC-11 jq is jq, fetched when it is first used', { timeout: LIMIT_MS }, async () => {
  const run =
    await shell(`echo '{"a":[1,{"b":" x "}]}' > in.json; jq -c '.a[1]' in.json; jq -r '.a[1].b' in.json; jq --arg v 5 '.a=$v' < in.json
    jq -n --args '$ARGS.positional' -c a b; echo '1 2' | jq -s add; echo 3 | jq -j .; jq -e '.nope' in.json; echo "code $?"
    echo '{' | jq .; echo "code $?"; jq . nosuch; echo "code $?"; jq '.[' in.json; echo "code $?"; jq --slurpfile s in.json -n '$s[0].a[0]'`);
  expect(run.stdout).toBe(
    '{"b":" x "}\n x \n{\n  "a": "5"\n}\n["a","b"]\n3\n3null\ncode 1\ncode 5\ncode 2\ncode 3\n1\n',
  );
  expect(run.stderr).toContain('slipway: fetching jq-wasm@');
  expect(run.stderr).toContain('jq: parse error: Unfinished JSON term');
  expect(run.stderr).toContain('Could not open file nosuch: No such file or directory');
});

it('TC-11 python3 says what it is not, and what there is', { timeout: LIMIT_MS }, async () => {
  const run = await shell('python3 -c "print(1)"; echo "code $?"');
  expect(run.stdout).toBe('code 127\n');
  expect(run.stderr).toContain('npm install pyodide');
});

it('TC-11 less pages what a pipe gives it, by keys of the terminal', { timeout: LIMIT_MS }, async () => {
  const { output, code } = await container.page.evaluate(async () => {
    const child = await slipway.container.spawn('sh', ['-c', 'seq 100 | less; echo "ended $?"'], {
      terminal: { cols: 40, rows: 10 },
    });
    const writer = child.input.getWriter();
    const reader = child.output.getReader();
    let seen = '';
    for (const [wait, keys] of [
      ['9\x1b[K', 'G'],
      ['(END)', '?^42$\r'],
      ['42', 'q'],
      ['ended', ''],
    ] as const) {
      while (!seen.includes(wait)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`ended before "${wait}": ${JSON.stringify(seen)}`);
        seen += value;
      }
      if (keys !== '') await writer.write(keys);
    }
    return { output: seen, code: await child.exit };
  });
  expect(output).toContain('ended 0');
  expect(code).toBe(0);
});

it(
  'TC-07 who cannot be reached is an error of the network with its code, explained once',
  { timeout: LIMIT_MS },
  async () => {
    await container.mount({
      'reach.mjs': `import http from 'node:http'; import https from 'node:https';
      const say = (name, e) => console.log(name, e.name, e.message, e.code, e.cause?.code);
      for (const url of ['http://nothing.test:8123/', 'https://nothing.test:8123/', 'http://nothing.invalid/', 'http://localhost:8123/'])
        await fetch(url).then((r) => console.log('answered', r.status), (e) => say('fetch', e));
      for (const [lib, url] of [[http, 'http://nothing.test:8123/'], [https, 'https://nothing.test:8123/'], [http, 'http://nothing.invalid/']])
        await new Promise((done) => lib.get(url, (r) => done(console.log('answered', r.statusCode))).on('error', (e) => done(say('get', e))));`,
    });
    const run = await shell('node reach.mjs; curl -sS http://nothing.test:8123/; echo "code $?"');
    expect(run.stdout).toBe(
      'fetch TypeError fetch failed undefined ECONNREFUSED\nfetch TypeError fetch failed undefined ECONNREFUSED\n' +
        'fetch TypeError fetch failed undefined ENOTFOUND\nfetch TypeError fetch failed undefined ECONNREFUSED\n' +
        'get Error read ECONNREFUSED ECONNREFUSED undefined\nget Error read ECONNREFUSED ECONNREFUSED undefined\n' +
        'get Error getaddrinfo ENOTFOUND nothing.invalid ENOTFOUND undefined\ncode 7\n',
    );
    // One line of node's, one of curl's.
    expect(run.stderr.match(/slipway: Cannot reach nothing\.test:8123/g)).toHaveLength(2);
  },
);

it('TC-11 nano writes what was typed into the terminal', { timeout: LIMIT_MS }, async () => {
  await container.page.evaluate(async () => {
    const child = await slipway.container.spawn('nano', ['note.txt'], { terminal: { cols: 60, rows: 12 } });
    const writer = child.input.getWriter();
    const reader = child.output.getReader();
    let seen = '';
    for (const [wait, keys] of [
      ['New File', 'hello\rworld'],
      ['world', '\x18'],
      ['Save modified', 'y'],
      ['Name to Write: note.txt', '\r'],
    ] as const) {
      while (!seen.includes(wait)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`ended before "${wait}": ${JSON.stringify(seen)}`);
        seen += value;
      }
      await writer.write(keys);
    }
    await child.exit;
  });
  expect((await shell('cat note.txt')).stdout).toBe('hello\nworld\n');
});
