// Finds web addresses in a text. Only http and https become links, so nothing a
// person writes can run anything; the rest stays text.

export interface Piece {
  /** Where it begins in the text. */
  at: number;
  text: string;
  href?: string;
}

const address = /https?:\/\/[^\s<>"'`]+/gi;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const m of text.matchAll(address)) {
    const href = trim(m[0]);
    if (!valid(href)) continue;
    const at = m.index ?? 0;
    if (at > from) found.push({ at: from, text: text.slice(from, at) });
    found.push({ at, text: href, href });
    from = at + href.length;
  }
  if (from < text.length) found.push({ at: from, text: text.slice(from) });
  return found;
}

// The full stop of the sentence and a bracket around the address are not part of it.
function trim(s: string): string {
  const shorter = s.replace(/[.,;:!?»”…*\]]+$/, '');
  const bracketTooMany = shorter.endsWith(')') && shorter.split(')').length > shorter.split('(').length;
  if (bracketTooMany) return trim(shorter.slice(0, -1));
  return shorter;
}

function valid(href: string): boolean {
  try {
    return /^https?:$/.test(new URL(href).protocol);
  } catch {
    return false;
  }
}
