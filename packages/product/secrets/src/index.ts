/** SecretBox: values sealed at rest. */
export { addOwnKey, dropOldOwnKeys, ownKeyFile } from './key-file.ts';
export { loadSecretKeys, type SecretSettings } from './load-secret-keys.ts';
export {
  createSecretBox,
  isSealed,
  type KeySource,
  SealedValueError,
  sealingKeyId,
  type SecretBox,
} from './secret-box.ts';
export { makeKeyText } from './secret-keys.ts';
