// Standard input and output, names, and what is not there.
const dns = require('dns');
let text = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  text += chunk;
});
process.stdin.on('end', async () => {
  console.log(
    JSON.stringify(text),
    process.stdin.constructor.name,
    process.stdout.constructor.name,
    process.stdout._type,
    require('tty').isatty(1),
  );
  console.log(await dns.promises.lookup('127.0.0.1'), (await dns.promises.lookup('localhost', 4)).address);
  dns.lookup('nope.invalid', (error) =>
    console.log(error.code, error.errno, error.syscall, error.hostname, error.message),
  );
});
