export {
  buildAssemblyScript,
  buildGuest,
  buildJavaScript,
  guestText,
  NOTES_MANIFEST,
  NOTING_GUEST,
  parseWat,
} from './build-guests.ts';
export { openBoth } from './run-metered.ts';
