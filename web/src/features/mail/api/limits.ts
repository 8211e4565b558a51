/** Bytes of decoded parts, pictures in the text included (decision 37). A service may allow less; the server says so. */
export const MAX_FILE = 10 * 2 ** 20;
export const MAX_MAIL = 25 * 2 ** 20;

export interface TooLarge {
  code: 'PAR-6001' | 'PAR-6002';
  max: number;
}

/** Why a file may not be attached, before a byte of it is sent (E-29). */
export function tooLarge(size: number, attached: { size: number }[], coming = 0): TooLarge | undefined {
  if (size > MAX_FILE) return { code: 'PAR-6001', max: MAX_FILE / 2 ** 20 };
  const sum = attached.reduce((all, one) => all + one.size, coming);
  if (sum + size > MAX_MAIL) return { code: 'PAR-6002', max: MAX_MAIL / 2 ** 20 };
  return undefined;
}

// What every mail program shows between words; anything else is an attachment.
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
export const isPicture = (file: File): boolean => PICTURES.has(file.type);
