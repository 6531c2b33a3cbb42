/** What both sides of a preview need: its pages, its service worker and the container behind it. */
export { Credit, cutPieces, PieceQueue } from './credit-stream.ts';
export { injectedTags, injectIntoHtml } from './html-injection.ts';
export { parsePreviewOpen, parsePurpose } from './parse-preview.ts';
export * from './preview-protocol.ts';
