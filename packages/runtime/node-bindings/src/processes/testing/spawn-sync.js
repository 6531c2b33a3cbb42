// Blocking until a child has ended.
const { spawnSync, execFileSync } = require('child_process');
const node = (code, options) => spawnSync('node', ['-e', code], options);
const show = ({ status, signal, stdout, stderr, output, error }) =>
  console.log(
    status,
    signal,
    stdout?.length > 40 ? stdout.length : String(stdout),
    stderr?.length > 40 ? stderr.length : String(stderr),
    output?.length,
    error?.code,
    error?.message,
  );

show(node('process.stdin.pipe(process.stdout); console.error("to stderr")', { input: 'hello' }));
show(node('process.stdout.write("x".repeat(300000)); process.stderr.write("y".repeat(300000))'));
show(node('process.stdin.resume().on("end", () => process.exit(9))', { input: Buffer.alloc(500_000) }));
show(node('setInterval(() => {}, 100)', { timeout: 700 }));
show(node('setInterval(() => {}, 100)', { timeout: 700, killSignal: 'SIGKILL', stdio: 'ignore' }));
show(node('process.kill(process.pid, "SIGINT"); setTimeout(() => {}, 1000)'));
show(spawnSync('no-such-program'));
node('console.log("inherited", process.env.MARK, process.argv.length)', {
  stdio: 'inherit',
  env: { ...process.env, MARK: 'set' },
});
console.log(execFileSync('node', ['-p', '1 + 1'], { encoding: 'utf8' }));
try {
  execFileSync('node', ['-e', 'console.log("x"); process.exit(5)'], { stdio: 'pipe' });
} catch (error) {
  console.log(error.status, String(error.stdout), error.message);
}
console.log(node('process.stdout.write("x".repeat(300000))', { maxBuffer: 1000 }).error.code);
