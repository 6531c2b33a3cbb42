// Children with pipes, signals, missing programs and IPC.
const { spawn } = require('child_process');
const { once } = require('events');
const node = (code, options) => spawn('node', ['-e', code], options);

(async () => {
  const echo = node(
    'process.stdin.on("data", (chunk) => process.stdout.write("[" + chunk + "]")); ' +
      'process.stdin.on("end", () => { console.error("to stderr"); process.exit(3); });',
  );
  const seen = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    echo[name].on('data', (chunk) => {
      seen[name] += chunk;
    });
  echo.stdin.write('one');
  while (seen.stdout === '') await once(echo.stdout, 'data');
  echo.stdin.end('two');
  console.log(await once(echo, 'close'), seen);

  const endless = node('setInterval(() => {}, 1000); console.log("up")');
  await once(endless.stdout, 'data');
  console.log(endless.kill(), await once(endless, 'exit'), endless.killed, endless.signalCode, endless.kill());

  const polite = node(
    'process.on("SIGTERM", () => { console.log("asked"); process.exit(0); }); ' +
      'setInterval(() => {}, 1000); console.log("up")',
  );
  await once(polite.stdout, 'data');
  polite.kill();
  console.log(String((await once(polite.stdout, 'data'))[0]), await once(polite, 'close'));

  const missing = spawn('no-such-program', ['a']);
  const [error] = await once(missing, 'error');
  console.log(error.code, error.errno, error.syscall, error.path, error.spawnargs, missing.pid);

  const talker = node(
    'process.on("message", (message) => { process.send({ echo: message }); ' +
      'if (message === "end") process.disconnect(); }); process.send("up");',
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  talker.on('message', (message) => {
    console.log(message);
    if (message === 'up') for (const sent of [{ list: [1, 2], text: 'é' }, 'x'.repeat(70), 'end']) talker.send(sent);
  });
  console.log(await once(talker, 'close'));

  const exact = node('process.on("message", (message) => { process.send(message); process.disconnect(); })', {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  exact.send(
    new Map([
      ['bytes', Buffer.from('abc')],
      ['big', 5n],
    ]),
  );
  console.log(await once(exact, 'message').then(([message]) => message));

  const large = node('process.stdout.write("x".repeat(300000)); process.exitCode = 4');
  let size = 0;
  large.stdout.on('data', (chunk) => {
    size += chunk.length;
  });
  console.log(await once(large, 'close'), size);
})();
