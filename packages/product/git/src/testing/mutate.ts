/** Bytes with a few of them changed, cut, doubled or put elsewhere, as a seed says. */
export function mutate(bytes: Uint8Array, random: (limit: number) => number): Buffer {
  let result = Buffer.from(bytes);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(result.length + 1);
    const length = random(Math.min(40, result.length - at + 1));
    const piece = result.subarray(at, at + length);
    switch (random(6)) {
      case 0:
        if (at < result.length) result[at] = random(256);
        break;
      case 1:
        if (at < result.length) result[at] = (result[at] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), piece, result.subarray(at)]);
        break;
      case 4:
        result = Buffer.concat([
          result.subarray(0, at),
          Buffer.from(Array.from({ length }, () => random(256))),
          result.subarray(at),
        ]);
        break;
      default:
        result = result.subarray(0, random(8) === 0 ? at : result.length);
    }
  }
  return result;
}
