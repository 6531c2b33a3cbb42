// A disk of 64 MB is filled to the last kilobyte; then everything that needs room is tried.
const fs = require('node:fs');

const tell = (title, error) => console.log(`${title}: ${error.code} ${error.syscall} ${error.message}`);
const attempt = (title, act) => {
  try {
    console.log(`${title}: ${act()}`);
  } catch (error) {
    tell(title, error);
  }
};

let files = 0;
attempt('fill', () => {
  for (;; files++) fs.writeFileSync(`f${files}`, Buffer.alloc(1_000_000, files));
});
console.log(`many files: ${files > 20}`);
const last = fs.openSync('last', 'w');
try {
  for (;;) fs.writeSync(last, Buffer.alloc(1024));
} catch (error) {
  if (error.code !== 'ENOSPC') throw error;
}

(async () => {
  const big = 3_000_000;
  attempt('writeFileSync of text', () => fs.writeFileSync('text', 'x'.repeat(big)));
  attempt('writeFileSync of bytes', () => fs.writeFileSync('bytes', Buffer.alloc(big)));
  attempt('appendFileSync', () => fs.appendFileSync('last', Buffer.alloc(big)));
  attempt('writeSync', () => fs.writeSync(last, Buffer.alloc(1024)));
  attempt('copyFileSync', () => fs.copyFileSync('f0', 'copy'));
  await fs.promises.writeFile('promised', Buffer.alloc(big)).catch((error) => tell('promises.writeFile', error));
  await new Promise((resolve) => {
    fs.createWriteStream('streamed').on('error', (error) => resolve(tell('stream', error))).end(Buffer.alloc(big));
  });
  // A text replaces a file in one step, so the old content stays; bytes are written behind O_TRUNC, as by Linux.
  attempt('a longer first file', () => fs.writeFileSync('f0', 'x'.repeat(big)));
  const first = fs.readFileSync('f0');
  console.log(`first file: ${first.length} ${first.findIndex((byte) => byte !== 0) + 1}`);
  console.log(`copy is there: ${fs.existsSync('copy')}`);
  const { bavail, bsize } = fs.statfsSync('/');
  console.log(`statfs: ${bavail * bsize < big}`);
  attempt('a file of no length', () => (fs.writeFileSync('empty', ''), fs.existsSync('empty')));
  for (let file = 0; file < 3; file++) fs.unlinkSync(`f${file}`);
  attempt('after unlink', () => (fs.writeFileSync('again', Buffer.alloc(2_000_000)), fs.statSync('again').size));
})();
