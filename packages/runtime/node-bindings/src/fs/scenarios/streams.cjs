// Descriptors that are no files: standard input, output, and what they answer.
const fs = require('fs');
const log = (...values) => console.log(...values);
const type = (stat) => [stat.isFIFO(), stat.isSocket(), stat.isFile(), stat.isCharacterDevice(), stat.size];
log(type(fs.fstatSync(0)).slice(2), type(fs.fstatSync(1)).slice(2));
const piece = Buffer.alloc(5);
log(fs.readSync(0, piece), piece.toString());
for (const act of [() => fs.fsyncSync(1), () => fs.ftruncateSync(1, 0), () => fs.readSync(0, piece, 0, 1, 3), () => fs.writeSync(1, 'x', 3), () => fs.openSync('/dev/fd/77')]) {
  try {
    log(act());
  } catch (error) {
    log(error.message);
  }
}
log(fs.writeSync(1, 'written at once\n'), fs.writevSync(1, [Buffer.from('in '), Buffer.from('pieces\n')]));
fs.read(0, Buffer.alloc(6), (error, count, buffer) => {
  log(error, count, buffer.toString());
  fs.write(1, 'later\n', (failure, written) => {
    log(failure, written);
    const rest = [];
    fs.createReadStream(null, { fd: 0, autoClose: false }).on('data', (chunk) => rest.push(chunk)).on('end', () => {
      log(Buffer.concat(rest).toString().length);
      log(fs.readFileSync(0, 'utf8') === '');
      const out = fs.createWriteStream(null, { fd: 1, autoClose: false });
      out.write('by stream\n', () => {
        const nothing = fs.openSync('/dev/null', 'r+');
        log(fs.writeSync(nothing, 'gone'), fs.readSync(nothing, piece), fs.fstatSync(nothing).isCharacterDevice());
        fs.closeSync(nothing);
        const zero = fs.openSync('/dev/zero');
        log(fs.readSync(zero, piece), piece);
        const random = fs.openSync('/dev/urandom');
        log(fs.readSync(random, Buffer.alloc(16)));
        fs.closeSync(0);
        try {
          fs.readSync(0, piece);
        } catch (failure2) {
          log(failure2.message);
        }
      });
    });
  });
});
