import type { BindingTable } from '../registry.ts';
import { createCryptoBinding } from './crypto/crypto-binding.ts';
import { createZlibBinding } from './zlib-binding.ts';

/** Bindings of compression and cryptography. */
export const codecBindings: BindingTable = {
  zlib: createZlibBinding,
  crypto: createCryptoBinding,
};
