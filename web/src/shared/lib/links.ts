export interface LinkPart {
  /** Where the part begins in the text. */
  at: number;
  text: string;
  href?: string;
}

// Only what is certainly meant as an address of the web; a closing mark after it belongs to the sentence.
const address = /https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]]/gi;

/** Splits text into plain parts and web addresses. */
export function linkParts(text: string): LinkPart[] {
  const parts: LinkPart[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    if (match.index > from) parts.push({ at: from, text: text.slice(from, match.index) });
    parts.push({ at: match.index, text: match[0], href: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push({ at: from, text: text.slice(from) });
  return parts;
}
