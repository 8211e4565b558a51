import { mergeAttributes, Node } from '@tiptap/core';

/**
 * The mail that is answered, below the answer. It is kept as it came: the
 * editor's schema would lose much of a stranger's layout. It can be deleted or
 * left, not written in. Its HTML comes from the server only, which made it
 * harmless; what is pasted never becomes one (`pasted`).
 */
export const Quote = Node.create({
  name: 'quote',
  group: 'block',
  atom: true,
  selectable: true,
  priority: 1_000,
  addAttributes: () => ({
    html: { default: '', parseHTML: (element) => element.innerHTML, rendered: false },
  }),
  parseHTML: () => [{ tag: 'blockquote[data-fold="quote"]' }],
  renderHTML: ({ node }) => {
    const quote = new DOMParser().parseFromString('<blockquote data-fold="quote"></blockquote>', 'text/html')
      .body.firstElementChild as HTMLElement;
    quote.innerHTML = node.attrs.html as string;
    return { dom: quote };
  },
  addNodeView:
    () =>
    ({ node }) => {
      const dom = document.createElement('blockquote');
      dom.contentEditable = 'false';
      dom.append(...still(node.attrs.html as string));
      for (const link of dom.querySelectorAll('a'))
        Object.assign(link, { target: '_blank', rel: 'noopener noreferrer' });
      return { dom };
    },
});

/** What a quote shows while it is written over: pictures from elsewhere would tell that they were seen. */
function still(html: string): ChildNode[] {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const picture of body.querySelectorAll('img'))
    if (!/^(\/|data:)/.test(picture.getAttribute('src') ?? ''))
      picture.replaceWith(`[${picture.alt || '…'}]`);
  return [...body.childNodes];
}

/** Room for the signature: what stands in it is written like any text, and is known as one later. */
export const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  parseHTML: () => [{ tag: 'div[data-fold="signature"]' }],
  renderHTML: ({ HTMLAttributes }) => [
    'div',
    mergeAttributes(HTMLAttributes, { 'data-fold': 'signature' }),
    0,
  ],
});

/** What comes by the clipboard or is dropped is text, whatever it says it is. */
export const pasted = (html: string): string => html.replace(/data-(fold|mark)/gi, 'data-was-$1');
