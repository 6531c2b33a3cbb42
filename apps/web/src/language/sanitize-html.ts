/** What Markdown makes, and nothing that loads, runs or covers the page. */
const TAGS = new Set(
  'a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong table tbody td th thead tr ul'
    .split(' ')
    .map((tag) => tag.toUpperCase()),
);
/** Elements inside of each other; a text that is deeper was written to exhaust the stack. */
const MOST_DEPTH = 50;

/**
 * The documentation of a language server as harmless HTML: every element is made
 * anew from a list of names, with its class alone and the address of a link. A
 * server runs in the project's container, so it may be anybody's program.
 */
export function sanitizeHtml(html: string): string {
  // Its scripts do not run, and its pictures are not loaded.
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const clean = document.implementation.createHTMLDocument('');
  copyChildren(parsed.body, clean.body, 0);
  return clean.body.innerHTML;
}

function copyChildren(from: Element, to: Element, depth: number): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(child.textContent ?? '');
    // Foreign elements (SVG, MathML) have names in small letters, which are not in the list.
    else if (child instanceof Element && TAGS.has(child.tagName) && depth < MOST_DEPTH)
      to.append(copyElement(child, to.ownerDocument, depth));
  }
}

/** Nothing is taken over but the class, and of links an http address: what is not copied cannot do harm. */
function copyElement(element: Element, owner: Document, depth: number): Element {
  const made = owner.createElement(element.tagName);
  const { className } = element;
  if (typeof className === 'string' && className !== '') made.className = className;
  const href = element.getAttribute('href');
  if (element.tagName === 'A' && href !== null && /^https?:\/\//.test(href)) {
    made.setAttribute('href', href);
    made.setAttribute('target', '_blank');
    made.setAttribute('rel', 'noreferrer noopener');
  }
  copyChildren(element, made, depth + 1);
  return made;
}
