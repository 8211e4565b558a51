/** Splits text by the words of a search, without regard to case or to ё, so the matches can be marked; `at` is where a part begins. */
export function splitMatches(text: string, search: string): { text: string; match: boolean; at: number }[] {
  const words = search
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[её]/gi, '[её]'));
  if (words.length === 0) return [{ text, match: false, at: 0 }];
  let at = 0;
  return text
    .split(new RegExp(`(${words.join('|')})`, 'i'))
    .map((part, index) => {
      const from = at;
      at += part.length;
      return { text: part, match: index % 2 === 1, at: from };
    })
    .filter((part) => part.text !== '');
}
