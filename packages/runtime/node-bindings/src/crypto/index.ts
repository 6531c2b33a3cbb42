import type { BindingTable } from '../realm/binding-table.ts';
import { createCryptoBinding } from './crypto-binding.ts';

/** One binding for all of src/crypto, as in Node: lib takes everything from `internalBinding('crypto')`. */
export const cryptoBindings: BindingTable = {
  crypto: createCryptoBinding,
};
