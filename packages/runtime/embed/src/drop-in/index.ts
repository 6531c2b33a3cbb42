/**
 * What a page imports that was written for the hosted runtime, or for none: the unmodified client on a runtime of one's
 * own, told when it cannot boot, and an element that shows what a container serves.
 */
export { bootContainer, type BootContainerOptions } from './boot-container.ts';
export { BootError, type BootErrorCode } from './boot-error.ts';
export { definePreviewElement, type PreviewContainer, type PreviewElement } from './preview-element.ts';
export { isolationHeaders } from '../isolation-headers.ts';
