/**
 * `reloadPreview()` of the client posts the first to the preview's window, with a
 * port, and waits for the second on it. Apart from the schemas: it goes into every preview.
 */
export const RELOAD_REQUEST_TYPE = 'LOCALSERVICE_RELOAD_WINDOW';
/** Sent before the page reloads: afterwards the port would be gone. */
export const RELOAD_ANSWER_TYPE = 'LOCALSERVICE_WINDOW_RELOADED';
