/**
 * The Huffman code of RFC 7541, Appendix B. The code is canonical: codes of one
 * length follow each other in the order of their symbols, so the lengths say it all.
 */

/** Code lengths of symbols 0–255 and of EOS (256), a letter each: `a` is 5 bits. */
const LENGTHS =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf' +
  'ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabcc' +
  'ccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrss' +
  'prrrsrrsvvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvs' +
  'vwvvwwwwwxwwwwwvz';

const EOS = 256;
const LONGEST = 30;

const lengths: number[] = Array.from(LENGTHS, (letter) => letter.charCodeAt(0) - 0x61 + 5);

/** Symbols in the order of their codes; per length, the first code and where its symbols start. */
const symbols: number[] = [];
const firstCode = new Float64Array(LONGEST + 2);
const firstAt = new Int32Array(LONGEST + 2);
const codes = new Uint32Array(EOS + 1);
{
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    firstCode[length] = code;
    firstAt[length] = symbols.length;
    for (let symbol = 0; symbol <= EOS; symbol++) {
      if (lengths[symbol] !== length) continue;
      codes[symbol] = code++;
      symbols.push(symbol);
    }
    code *= 2;
  }
  firstAt[LONGEST + 1] = symbols.length;
}

/** Counted without encoding: the encoder has to know first whether Huffman pays, and the length stands in front. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += lengths[text.charCodeAt(at) & 0xff]!;
  return Math.ceil(bits / 8);
}

/** Appends the code of each character (latin1) to `out`, padded with the start of EOS. */
export function huffmanEncode(text: string, out: number[]): void {
  let pending = 0;
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const symbol = text.charCodeAt(at) & 0xff;
    const length = lengths[symbol]!;
    // At most 7 bits wait and 30 come: beyond 32, hence the multiplication.
    pending = pending * 2 ** length + codes[symbol]!;
    bits += length;
    while (bits >= 8) {
      bits -= 8;
      const byte = Math.floor(pending / 2 ** bits);
      out.push(byte);
      pending -= byte * 2 ** bits;
    }
  }
  if (bits > 0) out.push(((pending << (8 - bits)) | ((1 << (8 - bits)) - 1)) & 0xff);
}

/** The text, or `undefined` where the bytes are no valid code (RFC 7541, 5.2). */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = '';
  let code = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((bytes[at]! >> bit) & 1);
      length++;
      if (length > LONGEST) return undefined;
      // Codes of one length are a row of numbers: beyond the row the code is longer.
      const count = firstAt[length + 1]! - firstAt[length]!;
      const within = code - firstCode[length]!;
      if (count === 0 || within >= count) continue;
      const symbol = symbols[firstAt[length]! + within]!;
      // RFC 7541, 5.2: EOS is for padding alone; written out within a text it is an error.
      if (symbol === EOS) return undefined;
      text += String.fromCharCode(symbol);
      code = 0;
      length = 0;
    }
  }
  // RFC 7541, 5.2: padding is shorter than a byte and the begin of EOS, all ones; anything else is an error.
  return length < 8 && code === 2 ** length - 1 ? text : undefined;
}
