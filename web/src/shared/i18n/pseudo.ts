const accents: Record<string, string> = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', y: 'ý', c: 'ç', n: 'ñ' };

/** Texts in a made-up language: bracketed, accented and a third longer, with `{{names}}` kept. */
export function pseudo(texts: object): object {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [
      key,
      typeof text === 'string' ? distort(text) : pseudo(text),
    ]),
  );
}

function distort(text: string): string {
  const accented = text
    .split(/(\{\{.*?\}\}|<.*?>)/)
    .map((part) =>
      /^[{<]/.test(part) ? part : part.replace(/[aeiouycn]/g, (letter) => accents[letter] ?? letter),
    )
    .join('');
  return `⟦${accented}${'~'.repeat(Math.ceil(text.length / 3))}⟧`;
}
