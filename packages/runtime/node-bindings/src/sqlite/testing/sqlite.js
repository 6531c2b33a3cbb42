// Databases in memory and in files: statements, values, functions, aggregates, sessions, backup, errors.
const { DatabaseSync, backup, constants } = require('node:sqlite');
const fs = require('fs');
const attempt = (work) => {
  try {
    console.log(work());
  } catch (error) {
    console.log(error.constructor.name, error.code, error.message, error.errcode, error.errstr);
  }
};
const db = new DatabaseSync('data.db');
attempt(() =>
  db.exec(
    'CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB, size REAL); ' +
      'CREATE TABLE u(t REFERENCES t(id))',
  ),
);
const insert = db.prepare('INSERT INTO t(name, bytes, size) VALUES ($name, $bytes, ?)');
attempt(() => insert.run({ name: 'grüße', $bytes: new Uint8Array([1, 2]) }, 1.5));
attempt(() => insert.run({ name: 'grüße', bytes: null }, 2));
attempt(() => insert.run({ other: 1 }));
attempt(() => insert.run({ name: true }));
attempt(() => insert.sourceSQL + insert.expandedSQL);
attempt(() => db.exec('INSERT INTO u VALUES (99)'));
attempt(() => db.prepare('SELEC'));
attempt(() => db.prepare('SELECT * FROM t').all());
attempt(() => db.prepare('SELECT name, size AS s FROM t').columns());
attempt(() => db.prepare('SELECT 9007199254740993 AS n').get());
const big = db.prepare('SELECT 9007199254740993 AS n, ? AS p');
big.setReadBigInts(true);
big.setReturnArrays(true);
attempt(() => big.get(12n));
attempt(() => [...db.prepare('SELECT value FROM json_each(?)').iterate('[1,"b",null]')]);
db.function('add', { deterministic: true }, (a, b) => a + b);
db.function('fail', () => {
  throw new RangeError('mine');
});
db.aggregate('total_of', {
  start: () => 10,
  step: (sum, n) => sum + n,
  inverse: (sum, n) => sum - n,
  result: (sum) => `= ${sum}`,
});
attempt(() => db.prepare('SELECT add(1, 2) AS three, total_of(value) AS total FROM json_each(?)').get('[1,2,3]'));
attempt(() => db.prepare('SELECT total_of(value) OVER (ROWS 1 PRECEDING) AS t FROM json_each(?)').all('[1,2,3]'));
attempt(() => db.prepare('SELECT fail()').get());
const session = db.createSession({ table: 't' });
db.exec("BEGIN; INSERT INTO t(name) VALUES ('new')");
attempt(() => [db.isTransaction, db.isOpen]);
db.exec('COMMIT');
const other = new DatabaseSync(':memory:');
other.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB, size REAL)');
attempt(() => other.applyChangeset(session.changeset()));
attempt(() => other.applyChangeset(session.changeset(), { onConflict: () => constants.SQLITE_CHANGESET_ABORT }));
attempt(() => other.prepare('SELECT name FROM t').all());
db.setAuthorizer((action) => (action === constants.SQLITE_DELETE ? constants.SQLITE_DENY : constants.SQLITE_OK));
attempt(() => db.exec('DELETE FROM t'));
db.setAuthorizer(null);
attempt(() => DatabaseSync('x'));
attempt(() => new DatabaseSync('no/such/folder.db'));
attempt(() => db.prepare('PRAGMA journal_mode = WAL').get());
attempt(() => db.exec("INSERT INTO t(name) VALUES ('logged')"));
backup(db, 'copy.db', {
  rate: 1,
  progress: ({ totalPages, remainingPages }) => console.log(totalPages > remainingPages),
}).then((pages) => {
  console.log(pages > 1);
  db.close();
  attempt(() => db.exec('SELECT 1'));
  attempt(() => insert.run());
  const copy = new DatabaseSync('copy.db', { readOnly: true });
  attempt(() => copy.prepare('SELECT count(*) AS n FROM t').get());
  attempt(() => copy.exec("INSERT INTO t(name) VALUES ('x')"));
  copy.close();
  console.log(
    fs.readdirSync('.').filter((name) => name.endsWith('.db')),
    fs.readFileSync('data.db').toString('latin1', 0, 15),
  );
});
