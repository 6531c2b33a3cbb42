import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { createMemo, Index } from 'solid-js';

const marked = new Marked({ gfm: true, breaks: false });

/**
 * What a model's text may be: words, lists, code, tables, links. No pictures, which would be loaded from wherever the
 * text says, with what the text says in their address.
 */
const ALLOWED = {
  ALLOWED_TAGS: [
    ...['a', 'blockquote', 'br', 'code', 'del', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'li', 'ol', 'p', 'pre'],
    ...['strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'],
  ],
  ALLOWED_ATTR: ['href', 'start'],
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

const purify = DOMPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noreferrer noopener');
  }
  // It may be wider than the panel; a keyboard scrolls what it can reach.
  if (node.tagName === 'PRE') node.setAttribute('tabindex', '0');
});

/** A model writes what others have told it: only tags that the list names are left, and no script or style. */
const toHtml = (block: string): string => purify.sanitize(marked.parse(block, { async: false }), ALLOWED);

/** Its paragraphs, lists, blocks of code, as they were written. */
function blocksOf(text: string): string[] {
  return marked
    .lexer(text)
    .filter(({ type }) => type !== 'space')
    .map(({ raw }) => raw);
}

/** A text that may still grow: what is above its last block stays as it is, a selection in it too. */
export function Markdown(props: { text: string }) {
  const blocks = createMemo(() => blocksOf(props.text));
  return (
    <div class="agent-text">
      <Index each={blocks()}>{(block) => <Block text={block()} />}</Index>
    </div>
  );
}

function Block(props: { text: string }) {
  const html = createMemo(() => toHtml(props.text));
  // `toHtml` lets nothing through but what is listed above.
  // eslint-disable-next-line solid/no-innerhtml
  return <div innerHTML={html()} />;
}
