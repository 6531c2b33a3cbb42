import { DEFLATED, STORED, type ZipEntry } from './zip-format.ts';

const two = (value: number): string => String(value).padStart(2, '0');

function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const countOf = (entries: readonly ZipEntry[]): string => `${entries.length} file${entries.length === 1 ? '' : 's'}`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** `unzip -l`; without its title for `-q`, without the total too for `-qq`. */
export function listBriefly(entries: readonly ZipEntry[], quiet: number): string {
  const rows = entries.map(({ size, mtime, name }) => `${String(size).padStart(9)}  ${dateOf(mtime)}   ${name}\n`);
  if (quiet > 1) return rows.join('');
  const line = '---------  ---------- -----   ----\n';
  const total = `${String(sum(entries.map(({ size }) => size))).padStart(9)}                     ${countOf(entries)}\n`;
  return `  Length      Date    Time    Name\n${line}${rows.join('')}---------                     -------\n${total}`;
}

/** `unzip -v`. */
export function listFully(entries: readonly ZipEntry[], quiet: boolean): string {
  const saved = (size: number, packed: number): string =>
    `${size === 0 ? 0 : Math.round((100 * (size - packed)) / size)}%`.padStart(4);
  // Deflate is always "N" (normal) here: the bits that tell fast from slow are no part of our entries.
  const rows = entries.map(({ size, packed, method, mtime, crc, name }) => {
    const how = method === STORED ? 'Stored' : method === DEFLATED ? 'Defl:N' : `Unk:${method}`;
    const length = String(packed.length).padStart(8);
    const sizes = `${String(size).padStart(8)}  ${how} ${length} ${saved(size, packed.length)}`;
    return `${sizes} ${dateOf(mtime)} ${crc.toString(16).padStart(8, '0')}  ${name}\n`;
  });
  const [size, packed] = [sum(entries.map((entry) => entry.size)), sum(entries.map((entry) => entry.packed.length))];
  const title = ' Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n';
  const line = '--------  ------  ------- ---- ---------- ----- --------  ----\n';
  const total = `${String(size).padStart(8)}         ${String(packed).padStart(8)} ${saved(size, packed)}`;
  if (quiet) return rows.join('');
  const rule = '--------          -------  ---                            -------\n';
  return `${title}${line}${rows.join('')}${rule}${total}                            ${countOf(entries)}\n`;
}
